import { describe, expect, it } from 'vitest';
import type { ServiceState, TaskState } from '../../../../src/lib/aws/ecs.ts';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import type { ListedAlarm } from '../../../../src/lib/observe/alarms/list.ts';
import type { NodeAnswer, NodeLook } from '../../../../src/lib/observe/look/nodes.ts';
import type { InstanceWork } from '../../../../src/lib/observe/look/work.ts';
import { meshParts } from '../../../../src/lib/observe/top/mesh-parts.ts';
import { servicesInOrder } from '../../../../src/lib/observe/top/order.ts';
import { intervalOf, restAfter } from '../../../../src/lib/observe/top/pace.ts';
import { snapshotOf } from '../../../../src/lib/observe/top/snapshot.ts';
import {
  type News,
  NOTHING_WATCHED,
  type Watched,
  watchedAfter,
} from '../../../../src/lib/observe/top/watched.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const NODES = ['nats-1', 'nats-2', 'nats-3'];
const FLEET = {
  name: 'lab',
  redis: { shards: 1, replicasPerShard: 1 },
  services: ['auth', 'settings'].map((name) => ({
    ...{ name, ecsService: `${name}-nats`, scaling: { min: 1, max: 4 } },
  })),
  environment: {
    ...{ name: 'local', region: 'us-east-1', endpoint: 'http://127.0.0.1:4566', protected: false },
    nats: { nodes: NODES.map((name) => ({ name })) },
  },
} as unknown as Fleet;

/** What becomes known a second apart. */
function knowing(...news: News[]): Watched {
  return news.reduce((watched, one, i) => watchedAfter(watched, one, START + i * 1000), NOTHING_WATCHED);
}
const shown = (watched: Watched, seconds: number) => snapshotOf(FLEET, watched, START + seconds * 1000);

function work(service: string, requests: number, errors: number, id = service): InstanceWork {
  const counts = { requests, errors, nanoseconds: requests * 2e6 };
  return { service, id, taskArn: `task/${id}`, revision: undefined, counts, lastError: undefined };
}
const worked = (...value: InstanceWork[]): News => ({ of: 'work', answer: { ok: true, value } });

function node(name: string, change: Partial<NodeLook> = {}): NodeAnswer {
  const peers = NODES.filter((other) => other !== name);
  const value: NodeLook = {
    ...{
      id: name,
      version: '2.10.0',
      startedAt: '2026-03-01T00:00:00Z',
      peers,
      leader: 'nats-1',
      clients: 3,
    },
    ...{ messages: 1000, bytes: 0, slowConsumers: 7, memory: 1, cpu: 0, storage: undefined, ...change },
  };
  return { node: name, answer: { ok: true, value } };
}
const silent = (name: string): NodeAnswer => ({
  node: name,
  answer: { ok: false, fault: 'tcp', why: 'gone' },
});
const nodes = (...answers: NodeAnswer[]): News => ({ of: 'nodes', answers });

const service = (name: string, running: number, desired = 2) =>
  ({
    ...{ name: `${name}-nats`, status: 'ACTIVE', running, desired, pending: 0 },
    ...{ deployments: [], events: [{ at: new Date(START), message: `(service ${name}-nats) has grown.` }] },
  }) as unknown as ServiceState;
const services = (...value: ServiceState[]): News => ({ of: 'services', answer: { ok: true, value } });
const failed = { ok: false, fault: 'protocol', why: 'nobody listens there' } as const;

describe('rates', () => {
  it('are of what an instance has done between two looks, and latency the mean of that', () => {
    const watched = knowing(worked(work('settings', 100, 0)), worked(work('settings', 110, 1)));
    expect(shown(watched, 1).services[1]).toMatchObject({
      ...{ name: 'settings', instances: 1, perSecond: 10, errors: 0.1, latency: 2 },
      trail: [undefined, 10],
    });
  });

  it('do not count what an instance had done before it was seen, nor one that was started anew', () => {
    const watched = knowing(
      worked(work('settings', 100, 0, 'a')),
      worked(work('settings', 104, 0, 'a'), work('settings', 900, 0, 'b')),
    );
    expect(shown(watched, 1).services[1]).toMatchObject({ instances: 2, perSecond: 4 });
    const anew = knowing(nodes(node('nats-1')), nodes(node('nats-1', { messages: 5, startedAt: 'later' })));
    expect(shown(anew, 1).nodes[0]).toMatchObject({ perSecond: undefined, slowNew: undefined });
    expect(anew.notices).toMatchObject([{ about: 'nats-1', text: expect.stringContaining('started anew') }]);
  });

  it('of slow consumers are those cut off since the look before, not those of a lifetime', () => {
    const quiet = knowing(nodes(node('nats-1')), nodes(node('nats-1')));
    expect(shown(quiet, 1).nodes[0]).toMatchObject({ slow: 7, slowNew: 0, severity: 'none' });
    const cut = knowing(nodes(node('nats-1')), nodes(node('nats-1', { slowConsumers: 8 })));
    expect(shown(cut, 1).nodes[0]).toMatchObject({ slowNew: 1, severity: 'warn', why: '1 slow cut off' });
  });
});

describe('somebody who is silent', () => {
  it('is lost since he was last heard, keeps what he said, and is told of once', () => {
    const watched = knowing(nodes(node('nats-1')), nodes(silent('nats-1')), nodes(silent('nats-1')));
    expect(shown(watched, 2).nodes[0]).toMatchObject({
      ...{ oldSince: START, peers: 2, perSecond: undefined, severity: 'fail', why: 'gone' },
    });
    expect(watched.notices).toHaveLength(1);
    const back = watchedAfter(watched, nodes(node('nats-1')), START + 3000);
    expect(shown(back, 3).nodes[0]).toMatchObject({ oldSince: undefined, severity: 'none' });
    expect(back.notices[0]).toMatchObject({ about: 'nats-1', kind: 'good', text: 'answers again' });
  });

  it('makes what he said old, whether he refuses or hangs', () => {
    const refused = shown(knowing(services(service('settings', 2)), { of: 'services', answer: failed }), 1);
    expect(refused.lost).toEqual([
      { what: 'AWS at http://127.0.0.1:4566', since: START, heard: true, why: 'nobody listens there' },
    ]);
    expect(refused.services[1]).toMatchObject({ oldSince: START, severity: 'unknown' });
    const hangs = shown(knowing(services(service('settings', 2))), 60);
    expect(hangs.lost).toMatchObject([{ since: START, why: undefined }]);
  });

  it('is no reason to say that nobody answers for a service', () => {
    const lost = knowing(worked(work('settings', 1, 0)), { of: 'work', answer: failed });
    expect(shown(lost, 1).services.map(({ instances }) => instances)).toEqual([undefined, undefined]);
    // Others are heard: then that one is not there.
    expect(shown(knowing(worked(work('settings', 1, 0))), 0).services[0]).toMatchObject({ instances: 0 });
  });
});

describe('what is shown of a service', () => {
  const trouble = (...news: News[]) => shown(knowing(...news), news.length - 1).services[1];

  it('is nothing before ECS has told of it', () => {
    expect(trouble()).toMatchObject({ status: undefined, severity: 'unknown', why: 'not seen yet' });
  });

  it.each([
    ['it is gone', [services()], 'fail', 'missing'],
    ['none of its tasks runs', [services(service('settings', 0))], 'fail', 'no task runs'],
    ['a task is missing', [services(service('settings', 1))], 'warn', '1 missing'],
    ['it was scaled to none', [services(service('settings', 0, 0))], 'warn', 'scaled to none'],
    [
      'an instance does not answer',
      [services(service('settings', 2)), worked(work('settings', 1, 0))],
      ...['warn', '1 of 2 answer'],
    ],
    ['an alarm fires', [services(service('settings', 2)), alarms('ALARM')], ...['fail', 'an alarm fires']],
  ] as [string, News[], string, string][])('says that %s', (_, news, severity, why) => {
    expect(trouble(...news)).toMatchObject({ severity, why });
  });

  it('comes in the order asked for, those in trouble first, and narrowed by name or trouble', () => {
    const rows = shown(knowing(services(service('auth', 2), service('settings', 1))), 0).services;
    const names = (filter: string, sort: 'trouble' | 'name', reversed = false) =>
      servicesInOrder(rows, { filter, sort, reversed }).map(({ name }) => name);
    expect(names('', 'trouble')).toEqual(['settings', 'auth']);
    expect(names('', 'name')).toEqual(['auth', 'settings']);
    expect(names('', 'name', true)).toEqual(['settings', 'auth']);
    expect(names('1 MISSING', 'name')).toEqual(['settings']);
  });
});

function alarms(state: string): News {
  const value = [{ alarm: 'lab-settings-nats-high-cpu', service: 'settings', state, reason: 'it is hot' }];
  return { of: 'alarms', answer: { ok: true, value: value as ListedAlarm[] } };
}

it('events are what ECS tells and what was noticed, newest first', () => {
  const watched = knowing(services(service('settings', 2)), alarms('OK'), alarms('ALARM'));
  expect(shown(watched, 2).events.map(({ about, text }) => `${about}: ${text}`)).toEqual([
    'lab-settings-nats-high-cpu: OK -> ALARM: it is hot',
    'settings: has grown.',
  ]);
});

it('what comes late of a service that nobody looks at any more is dropped', () => {
  const tasks: News = { of: 'focus-tasks', service: 'auth', answer: { ok: true, value: [{} as TaskState] } };
  expect(knowing({ of: 'focus', service: 'settings' }, tasks).focus?.tasks.value).toBeUndefined();
});

it('a torn mesh is asked through one node of each part', () => {
  const watched = knowing(
    nodes(
      node('nats-1', { peers: ['nats-2'] }),
      node('nats-2', { peers: ['nats-1'] }),
      node('nats-3', { peers: [] }),
    ),
  );
  expect(meshParts(watched.nodes)).toEqual([['nats-1', 'nats-2'], ['nats-3']]);
  expect(shown(watched, 0).nodes[2]).toMatchObject({ peers: 0, others: 2, why: '2 peers missing' });
});

it('a thousand services with ten thousand tasks take a quarter of what AWS grants, and no more', () => {
  const large = { services: Array.from({ length: 1000 }, () => FLEET.services[0]) } as Fleet;
  const tasks: News = {
    of: 'tasks',
    answer: { ok: true, value: Array.from({ length: 10_000 }, () => task) },
  };
  const watched = knowing(tasks);
  // A hundred descriptions, two hundred pages of tasks, thirty of alarms: five, five and two a second.
  expect(intervalOf('services', large, watched)).toBe(20_000);
  expect(intervalOf('tasks', large, watched)).toBe(40_000);
  expect(intervalOf('alarms', large, watched)).toBe(15_000);
  expect(intervalOf('services', FLEET, watched)).toBe(2000);
  // Whoever took longer than that is not asked again at once.
  expect(restAfter(3000, 2000)).toBe(1500);
});
const task = {} as TaskState;
