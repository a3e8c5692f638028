import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import {
  assertWorldUnchanged,
  readPlanFile,
  writePlanFile,
} from '../../../../src/lib/release/plan/plan-file.ts';
import { worldOf } from '../../../../src/lib/release/plan/world.ts';
import type { ServiceFacts } from '../../../../src/lib/release/plan.ts';
import { planService } from '../../../../src/lib/release/plan.ts';
import { FLEET, factsOf, named, stateOf } from '../facts.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gsys-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, 'plan.json');

const FACTS = [factsOf('auth'), factsOf('settings')];

async function saved(facts = FACTS) {
  await writePlanFile({
    file,
    madeAt: '2026-01-01T00:00:00.000Z',
    services: facts.map(planService),
    waves: [],
    definitions: Object.fromEntries(facts.map(({ service, wanted }) => [service.name, wanted])),
    world: worldOf(FLEET, facts),
  });
  return readPlanFile(file);
}

describe('a saved plan', () => {
  it('is read as it was written, by its owner alone', async () => {
    const plan = await saved();
    expect(plan.services.map(({ service, action }) => [service, action])).toEqual([
      ['auth', 'unchanged'],
      ['settings', 'unchanged'],
    ]);
    expect(plan.definitions.settings).toEqual(FACTS[1]?.wanted);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('fits the world that it was made from, in whatever order that is told', async () => {
    const plan = await saved();
    const facts = FACTS.map((one) => {
      const { family, ...rest } = one.wanted;
      return { ...one, wanted: { ...rest, family } };
    });
    assertWorldUnchanged(plan, FLEET, facts);
  });

  const settings = named('settings');
  const running = 'arn:aws:ecs:us-east-1:000000000000:task-definition/settings-nats:3';
  const environment = (change: Partial<Fleet['environment']>): Fleet => ({
    ...FLEET,
    environment: { ...FLEET.environment, ...change },
  });
  const settingsAre = (change: Partial<ServiceFacts>): [Fleet, ServiceFacts[]] => [
    FLEET,
    [factsOf('auth'), factsOf('settings', change)],
  ];
  const state = stateOf(settings, running);

  it.each<[string, Fleet, ServiceFacts[]]>([
    [
      'settings: task definition settings-nats:3 -> settings-nats:4',
      ...settingsAre({ state: { ...state, taskDefinition: `${running.slice(0, -1)}4` } }),
    ],
    [
      'settings: deployment 1 -> 2',
      ...settingsAre({ state: stateOf(settings, running, { id: 'ecs-svc/2' }) }),
    ],
    [
      'settings: rollout COMPLETED -> FAILED',
      ...settingsAre({ state: stateOf(settings, running, { rollout: 'FAILED' }) }),
    ],
    ['settings: desired count 2 -> 5', ...settingsAre({ state: { ...state, desired: 5 } })],
    ['settings: last good revision settings-nats:3 -> none', ...settingsAre({ released: undefined })],
    ['settings: image in the registry', ...settingsAre({ imageDigest: `sha256:${'b'.repeat(64)}` })],
    [
      'settings: its network or deployment configuration is another',
      ...settingsAre({ state: { ...state, networkConfiguration: {} } }),
    ],
    [
      'settings: its definition, or what fills it in, is another',
      ...settingsAre({ wanted: { ...factsOf('settings').wanted, cpu: '512' } }),
    ],
    ['settings: is no longer part of it', FLEET, [factsOf('auth')]],
    ['account: 000000000000 -> 123456789012', environment({ account: '123456789012' }), FACTS],
    [
      'canary, waves or bake are defined otherwise',
      environment({ release: { ...FLEET.environment.release, bakeSeconds: 60 } }),
      FACTS,
    ],
  ])('is refused when the world is another: %s', async (sentence, fleet, facts) => {
    const plan = await saved();
    expect(() => assertWorldUnchanged(plan, fleet, facts)).toThrow(
      expect.objectContaining({
        code: 'PLAN_OUTDATED',
        message: expect.stringContaining(sentence),
        next: `gsys plan auth settings --out ${file}`,
      }),
    );
  });

  it.each([
    ['is not JSON', '{'],
    ['is no plan of gsys: schema', '{"schema": "gsys/plan/v1"}'],
    [
      'is no plan of gsys: services.0',
      '{"schema": "gsys/plan-file/v1", "madeAt": "2026-01-01T00:00:00.000Z", "services": [{}]}',
    ],
  ])('is refused when the file %s', async (sentence, text) => {
    const broken = path.join(folder, 'broken.json');
    writeFileSync(broken, text);
    await expect(readPlanFile(broken)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(sentence),
      next: `gsys plan --out ${broken}`,
    });
  });

  it('is refused when it is not there', async () => {
    await expect(readPlanFile(path.join(folder, 'none.json'))).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('keeps the one before where it cannot be written', async () => {
    await saved();
    const before = readFileSync(file, 'utf8');
    await expect(
      writePlanFile({ ...(await readPlanFile(file)), file: path.join(folder, 'no', 'folder.json') }),
    ).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});
