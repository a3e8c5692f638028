import { expect, it } from 'vitest';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { runRequest } from '../../../src/lib/in-vpc/run-request.ts';
import { REPOSITORY } from '../../support/definition.ts';

const fleet = await loadFleet({ from: REPOSITORY, slot: '7' });
const typed = {
  words: ['deploy', '--env', 'local', '-m', 'quests & <more>'],
  who: 'ann@laptop',
  gitRevision: 'abc-dirty',
  columns: 120,
  noColor: false,
};

it('the task knows who typed, at which sources, and into what terminal', () => {
  const { startedBy, overrides, tags, networkConfiguration } = runRequest(fleet, 'runner:1', typed);
  const [override] = overrides?.containerOverrides ?? [];
  expect(override?.command).toEqual(typed.words);
  expect(override?.environment).toEqual([
    { name: 'GSYS_WHO', value: 'ann@laptop' },
    { name: 'GSYS_GIT_REVISION', value: 'abc-dirty' },
    { name: 'GSYS_SLOT', value: '7' },
    { name: 'GSYS_TERMINAL', value: '120' },
  ]);
  // What ECS takes in these places: letters, digits and little else.
  expect(startedBy).toBe('gsys-runner/ann-laptop');
  expect(tags).toContainEqual({ key: 'gsys:command', value: 'deploy --env local -m quests _ _more_' });
  expect(networkConfiguration?.awsvpcConfiguration?.subnets).toEqual(fleet.environment.network.subnets);
});

it('a command that ECS would not take is refused here', () => {
  const words = ['deploy', ...Array.from({ length: 500 }, (_, i) => `a-service-called-${i}`)];
  expect(() => runRequest(fleet, 'runner:1', { ...typed, words })).toThrow('longer than ECS takes');
});
