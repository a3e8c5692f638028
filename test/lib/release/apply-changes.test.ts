import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ssm } from '../../../src/lib/aws/ssm.ts';
import { GsysError } from '../../../src/lib/errors.ts';
import type { Fleet } from '../../../src/lib/fleet/fleet.ts';
import {
  type ApplyOptions,
  type ApplyStep,
  applyChanges,
  type Changeable,
} from '../../../src/lib/release/apply-changes.ts';
import { acquireLock } from '../../../src/lib/release/lock.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { accessTo } from '../aws/support/answers.ts';

/** Names of what is made; the plan is what of the wanted is not. */
type Plan = string[];

let endpoint: TestEndpoint;
let made: string[];
let steps: ApplyStep<Plan>[];
beforeEach(async () => {
  endpoint = await startEndpoint();
  made = [];
  steps = [];
});
afterEach(() => endpoint.close());

const place = { fleet: 'fleet', environment: 'test' };
const holder = { command: 'test', who: 'ann' };

function subject(wanted: string[], more: Partial<Changeable<Plan, string>> = {}): Changeable<Plan, string> {
  return {
    look: async () => {
      const missing = wanted.filter((name) => !made.includes(name));
      return { plan: missing, changes: missing };
    },
    nameOf: (name) => name,
    make: async (name) => void made.push(name),
    lacks: () => [],
    refused: () => [],
    command: 'gsys things',
    ...more,
  };
}

function options(more: Partial<ApplyOptions<Plan>> = {}, signal?: AbortSignal): ApplyOptions<Plan> {
  const access = accessTo(endpoint.url, signal);
  return {
    fleet: { name: 'fleet', environment: access.environment } as Fleet,
    ...{ access, holder, afterwards: () => accessTo(endpoint.url) },
    ...{ confirm: async () => {}, dryRun: false, patience: 0, now: Date.now },
    onStep: (step) => void steps.push(step),
    ...more,
  };
}

/** Somebody else takes the lock, and lets go of it again. */
const lock = async () => {
  const own = ssm(accessTo(endpoint.url));
  const held = await acquireLock(own, place, { ...holder, who: 'bob' }, () => endpoint.now());
  await held.release();
};

it('makes every change, one by one, and ends with a plan that has none', async () => {
  expect(await applyChanges(subject(['a', 'b']), options())).toEqual({
    ...{ outcome: 'applied', changed: ['a', 'b'], refused: [], plan: [] },
  });
  expect(steps.map((step) => ('name' in step ? `${step.type} ${step.name}` : step.type))).toEqual([
    'planned',
    ...['changing a', 'changed a', 'changing b', 'changed b'],
  ]);
  expect((await applyChanges(subject(['a', 'b']), options())).outcome).toBe('nothing-to-do');
});

it('lets nobody in meanwhile, and others afterwards', async () => {
  const make = async () => {
    await expect(lock()).rejects.toMatchObject({ code: 'LOCKED' });
    made.push('a');
  };
  await applyChanges(subject(['a'], { make }), options());
  await lock();
});

it.each<[string, Partial<ApplyOptions<Plan>>]>([
  ['without consent', { confirm: async () => Promise.reject(new GsysError('NOT_CONFIRMED', 'no')) }],
  ['in a dry run', { dryRun: true }],
])('changes nothing %s', async (_, more) => {
  await applyChanges(subject(['a']), options(more)).catch(() => undefined);
  expect(made).toEqual([]);
  await lock();
});

it('is incomplete where something is refused, also when nothing else is left to do', async () => {
  const refused = () => ['b cannot be made'];
  for (const changed of [['a'], []])
    expect(await applyChanges(subject(['a'], { refused }), options())).toMatchObject({
      ...{ outcome: 'incomplete', changed, refused: ['b cannot be made'] },
    });
});

it('waits for what is made to work, and does not call it done before', async () => {
  let looks = 0;
  const lacks = () => (looks++ < 2 ? ['a is asleep'] : []);
  const { outcome } = await applyChanges(subject(['a'], { lacks }), options({ patience: 60_000 }));
  expect(outcome).toBe('applied');
  expect(steps.at(-1)).toEqual({ type: 'waiting', lacks: ['a is asleep'] });
});

it.each([
  ['what was changed', []],
  ['what there was no need to change', ['a']],
])('fails when %s does not work in time', async (_, before) => {
  made.push(...before);
  await expect(
    applyChanges(subject(['a'], { lacks: () => ['a is asleep'] }), options()),
  ).rejects.toMatchObject({
    code: 'NOT_PROVEN',
    details: expect.arrayContaining(['a is asleep']),
  });
  await lock();
});

it('fails when a change did nothing, whatever it answered', async () => {
  await expect(applyChanges(subject(['a'], { make: async () => {} }), options())).rejects.toMatchObject({
    code: 'NOT_PROVEN',
    details: ['a is not as defined yet', expect.stringMatching(/^changed: a/)],
  });
});

describe('what goes wrong on the way', () => {
  it('says how far it came, and lets go of the lock', async () => {
    const make = async (name: string) => {
      if (name === 'b') throw new GsysError('STREAM_REFUSED', 'no b');
      made.push(name);
    };
    await expect(applyChanges(subject(['a', 'b', 'c'], { make }), options())).rejects.toMatchObject({
      ...{ code: 'STREAM_REFUSED', message: 'no b', details: ['changed: a; b is next'] },
      next: 'gsys things apply',
    });
    await lock();
    expect((await applyChanges(subject(['a', 'b', 'c']), options())).changed).toEqual(['b', 'c']);
  });

  it('does so when it is interrupted, too', async () => {
    const stopping = new AbortController();
    const make = async (name: string) => {
      made.push(name);
      stopping.abort(new GsysError('INTERRUPTED', 'interrupted (SIGINT)'));
    };
    await expect(
      applyChanges(subject(['a', 'b'], { make }), options({}, stopping.signal)),
    ).rejects.toMatchObject({ code: 'INTERRUPTED', details: ['changed: a; b is next'] });
    await lock();
  });

  it('goes to no other account', async () => {
    const access = accessTo(endpoint.url);
    access.environment.account = '123456789012';
    await expect(applyChanges(subject(['a']), options({ access }))).rejects.toMatchObject({
      code: 'WRONG_ACCOUNT',
    });
    expect(made).toEqual([]);
  });
});
