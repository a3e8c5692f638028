import { describe, expect, it } from 'vitest';
import type { AlarmState, CompositeState } from '../../../src/lib/aws/alarm-shapes.ts';
import { type AlarmKind, toldTo, topicArn } from '../../../src/lib/fleet/alarms.ts';
import type { LiveConnection } from '../../../src/lib/nats/connections.ts';
import type { StreamDetail } from '../../../src/lib/nats/stream-state.ts';
import { CHECKS } from '../../../src/lib/verify/catalog.ts';
import { redisPlacement } from '../../../src/lib/verify/checks/redis-placement.ts';
import type { Issued } from '../../../src/lib/verify/collectors/inventory.ts';
import type { RedisListener } from '../../../src/lib/verify/collectors/redis-listeners.ts';
import type { Finding } from '../../../src/lib/verify/document.ts';
import type { Evidence } from '../../../src/lib/verify/evidence.ts';
import { judgeAll } from '../../../src/lib/verify/judge.ts';
import { REDIS_STRANGERS } from '../../../src/lib/verify/redis-stranger.ts';
import {
  asSet,
  FLEET,
  failedTask,
  gatewayAnswer,
  healthyEvidence,
  id,
  issued,
  NOW,
  ok,
  route,
  served,
  service,
  silent,
  task,
} from './fixture.ts';

describe('a fleet that is what its definition says', () => {
  const findings = judge(healthyEvidence());

  it('passes every check, but for facts that cannot exist', () => {
    expect(findings.filter(({ status }) => status !== 'pass').map(({ id }) => id)).toEqual([
      ...[1, 2, 3].map((n) => `redis.placement/redis-shard/shard-${n}`),
      'service.contract/service/gateway',
      'service.clock/service/gateway',
    ]);
  });

  it('has one finding for each check and subject', () => {
    const expected = CHECKS.flatMap(({ subjects }) => subjects(FLEET)).length;
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
    expect(findings).toHaveLength(expected);
  });
});

interface Case {
  broken: string;
  by: (evidence: Evidence) => void;
  /** Findings that are not as in a healthy fleet and follow from no other: `status check/subject`. */
  shows: string[];
  /** Those that follow from them. */
  folds?: string[];
}

const settings = service('settings');

/** What a node says of itself, and does not when it is silent. */
const NODE_CHECKS = [
  ...['nats.version', 'nats.clock', 'nats.load', 'nats.dials', 'nats.storage', 'nats.config'],
  ...['nats.issued', 'nats.data', 'nats.permissions', 'nats.clients'],
];

/** Primary of the second shard. */
const SECOND = '127.0.0.1:20031';

const CASES: Case[] = [
  {
    broken: 'a service that ECS does not know',
    by: ({ services, tasks, instances }) => {
      services.services = services.services.filter(({ name }) => name !== 'settings-nats');
      tasks.running = tasks.running.filter(({ ecsService }) => ecsService !== 'settings-nats');
      instances.splice(0, instances.length, ...instances.filter((one) => one.service !== 'settings'));
    },
    shows: ['fail ecs.inventory/settings'],
    folds: [
      'unknown ecs.running/settings',
      'unknown ecs.scaling/settings',
      'unknown ecs.rollout/settings',
      'unknown ecs.health/settings',
      'unknown ecs.revision/settings',
      'unknown ecs.drift/settings',
      'unknown ecs.log-streams/settings',
      'unknown ecs.log-errors/settings',
      'unknown service.instances/settings',
    ],
  },
  {
    broken: 'a service of nobody’s',
    by: ({ services }) => void services.inCluster.push('mystery'),
    shows: ['warn ecs.inventory/mystery'],
  },
  {
    broken: 'a service that nothing scales',
    by: ({ scaling }) => {
      scaling.targets = scaling.targets.filter(({ ecsService }) => ecsService !== 'settings-nats');
      scaling.policies = scaling.policies.filter(({ ecsService }) => ecsService !== 'settings-nats');
    },
    shows: ['warn ecs.scaling/settings'],
  },
  {
    broken: 'other bounds than the definition’s',
    by: ({ scaling }) => set(scaling.targets, 'settings-nats', { max: 4 }),
    shows: ['warn ecs.scaling/settings'],
  },
  {
    broken: 'a policy with another target',
    by: ({ scaling }) => set(scaling.policies, 'settings-nats', { target: 90 }),
    shows: ['warn ecs.scaling/settings'],
  },
  {
    broken: 'a policy that never scales in',
    by: ({ scaling }) => set(scaling.policies, 'settings-nats', { scalesIn: false }),
    shows: ['warn ecs.scaling/settings'],
  },
  {
    broken: 'a policy too few',
    by: ({ scaling }) =>
      void scaling.policies.splice(
        scaling.policies.findIndex(({ ecsService }) => ecsService === 'settings-nats'),
        1,
      ),
    shows: ['warn ecs.scaling/settings'],
  },
  {
    broken: 'a policy whose alarm is gone',
    by: ({ scaling }) => {
      const lost = scaling.policies.find(({ ecsService }) => ecsService === 'settings-nats')?.alarms[1];
      scaling.alarms = scaling.alarms.filter((name) => name !== lost);
    },
    shows: ['fail ecs.scaling/settings'],
  },
  {
    broken: 'scaling that somebody has suspended',
    by: ({ scaling }) => set(scaling.targets, 'settings-nats', { suspended: ['scaling in'] }),
    shows: ['warn ecs.scaling/settings'],
  },
  {
    broken: 'a policy of somebody else’s',
    by: ({ scaling }) => {
      const [cpu] = scaling.policies.filter(({ ecsService }) => ecsService === 'settings-nats');
      if (cpu) scaling.policies.push({ ...cpu, name: 'by-hand' });
    },
    shows: ['warn ecs.scaling/settings'],
  },
  {
    broken: 'a task too few',
    by: ({ services }) => set(services.services, 'settings-nats', { running: 1 }),
    shows: ['fail ecs.running/settings'],
  },
  {
    broken: 'a service that desires less than the definition allows',
    by: ({ services, tasks, instances, contracts }) => {
      set(services.services, 'settings-nats', { desired: 1, running: 1 });
      tasks.running = tasks.running.filter(({ id }) => id !== 'settings-task-2');
      instances.splice(0, instances.length, ...instances.filter((one) => one.id !== 'settings-2'));
      contractOf(contracts)?.instances.pop();
    },
    shows: ['fail ecs.running/settings'],
    folds: ['fail ecs.scaling/settings'],
  },
  {
    broken: 'more tasks than the definition allows',
    by: ({ services }) => set(services.services, 'settings-nats', { desired: 11, running: 11 }),
    // Nobody has seen the other nine.
    shows: ['warn ecs.running/settings', 'warn ecs.scaling/settings', 'unknown ecs.health/settings'],
  },
  {
    broken: 'a running task that ECS counts and does not list',
    by: ({ tasks, instances, contracts }) => {
      tasks.running = tasks.running.filter(({ id }) => id !== 'settings-task-2');
      instances.splice(0, instances.length, ...instances.filter((one) => one.id !== 'settings-2'));
      contractOf(contracts)?.instances.pop();
    },
    shows: ['unknown ecs.health/settings'],
  },
  {
    broken: 'a rollout in a state that nobody knows',
    by: ({ services }) => deployment(services, { rollout: 'PAUSED' }),
    shows: ['unknown ecs.rollout/settings'],
  },
  {
    broken: 'a task whose health is a word that nobody knows',
    by: ({ tasks }) => set(tasks.running, 'settings-task-1', { health: 'DEGRADED' }),
    shows: ['unknown ecs.health/settings'],
  },
  {
    broken: 'a service in a state that nobody knows',
    by: ({ services }) => set(services.services, 'settings-nats', { status: 'PROVISIONING' }),
    shows: ['fail ecs.inventory/settings'],
    folds: ['unknown ecs.drift/settings', 'unknown ecs.running/settings', 'unknown ecs.scaling/settings'],
  },
  {
    broken: 'a task that stopped for a reason that nobody knows',
    by: ({ tasks }) => void tasks.stopped.push({ ...failedTask(settings, 1, 5), stopCode: 'CosmicRay' }),
    shows: ['warn ecs.stops/settings'],
  },
  {
    broken: 'a deployment that is under way',
    by: ({ services }) => deployment(services, { rollout: 'IN_PROGRESS' }),
    shows: ['warn ecs.rollout/settings'],
  },
  {
    broken: 'a deployment that failed',
    by: ({ services }) => deployment(services, { rollout: 'FAILED', failedTasks: 3 }),
    shows: ['fail ecs.rollout/settings'],
  },
  {
    broken: 'a deployment under way whose tasks fail',
    by: ({ services }) => deployment(services, { rollout: 'IN_PROGRESS', failedTasks: 1 }),
    shows: ['fail ecs.rollout/settings'],
  },
  {
    broken: 'a task that is UNHEALTHY',
    by: ({ tasks }) => set(tasks.running, 'settings-task-1', { health: 'UNHEALTHY' }),
    shows: ['fail ecs.health/settings'],
  },
  {
    broken: 'a task whose health nobody knows',
    by: ({ tasks }) => set(tasks.running, 'settings-task-1', { health: 'UNKNOWN' }),
    shows: ['unknown ecs.health/settings'],
  },
  {
    broken: 'a task of another revision',
    by: ({ tasks }) => set(tasks.running, 'settings-task-1', { taskDefinition: 'arn:x/settings-nats:2' }),
    shows: ['fail ecs.revision/settings'],
  },
  {
    broken: 'a task of another revision while a deployment is under way',
    by: ({ tasks, services }) => {
      set(tasks.running, 'settings-task-1', { taskDefinition: 'arn:x/settings-nats:2' });
      deployment(services, { rollout: 'IN_PROGRESS' });
    },
    shows: ['warn ecs.rollout/settings', 'warn ecs.revision/settings'],
  },
  {
    broken: 'a task of the same revision with another image',
    by: ({ tasks }) => {
      const [container] = task(settings, 1).containers;
      set(tasks.running, 'settings-task-1', { containers: [{ ...container, imageDigest: 'sha256:other' }] });
    },
    shows: ['fail ecs.revision/settings'],
  },
  {
    broken: 'a service that was never released',
    by: ({ releases }) => void delete releases.services.settings,
    shows: ['skip definition.deployed/settings', 'unknown ecs.revision/settings'],
  },
  {
    broken: 'a task that failed a while ago',
    by: ({ tasks }) => void tasks.stopped.push(failedTask(settings, 1, 10)),
    shows: ['warn ecs.stops/settings'],
  },
  {
    broken: 'a service that flaps',
    by: ({ tasks }) => void tasks.stopped.push(...[1, 2, 3].map((n) => failedTask(settings, n, n / 2))),
    shows: ['fail ecs.stops/settings'],
  },
  {
    broken: 'a log group that is not there',
    by: (evidence) => void evidence['log-groups'].groups.splice(0),
    shows: FLEET.services.map(({ name }) => `fail ecs.log-group/${name}`),
    folds: FLEET.services.flatMap(({ name }) => [
      `fail ecs.log-streams/${name}`,
      `unknown ecs.log-errors/${name}`,
    ]),
  },
  {
    broken: 'a log group that never expires',
    by: (evidence) => Object.assign(settingsLogs(evidence), { retentionDays: undefined }),
    shows: FLEET.services
      .filter(({ logGroup }) => logGroup === settings.logGroup)
      .map(({ name }) => `warn ecs.log-group/${name}`),
  },
  {
    broken: 'a task without a log stream',
    by: (evidence) => dropStream(evidence, 'settings-task-1'),
    shows: ['fail ecs.log-streams/settings'],
  },
  {
    broken: 'a task whose stream is not among those written to last',
    by: (evidence) => {
      dropStream(evidence, 'settings-task-1');
      Object.assign(settingsLogs(evidence), { more: true });
    },
    shows: ['warn ecs.log-streams/settings'],
  },
  {
    broken: 'a task that never wrote a line',
    by: (evidence) => {
      for (const stream of settingsLogs(evidence).streams)
        if (stream.name.endsWith('/settings-task-1')) stream.hasEvents = false;
    },
    shows: ['warn ecs.log-streams/settings'],
  },
  {
    broken: 'a service of which nothing arrives',
    by: (evidence) => {
      dropStream(evidence, 'settings-task-1');
      dropStream(evidence, 'settings-task-2');
      noErrors(evidence);
    },
    shows: ['fail ecs.log-streams/settings'],
    folds: ['unknown ecs.log-errors/settings'],
  },
  {
    broken: 'a service whose streams are empty',
    by: (evidence) => {
      for (const one of settingsLogs(evidence).streams)
        if (one.name.startsWith('settings-nats/')) one.hasEvents = false;
      noErrors(evidence);
    },
    shows: ['warn ecs.log-streams/settings', 'unknown ecs.log-errors/settings'],
  },
  {
    broken: 'streams that are empty, and errors all the same',
    by: (evidence) => {
      for (const one of settingsLogs(evidence).streams)
        if (one.name.startsWith('settings-nats/')) one.hasEvents = false;
      noErrors(evidence);
      errors(evidence, 3);
    },
    shows: ['warn ecs.log-streams/settings'],
  },
  {
    broken: 'a dead NATS node',
    by: (evidence) => {
      find(evidence['nats-listeners'], 'nats-3', { announced: silent(), client: silent(), route: silent() });
      find(evidence['nats-system'], 'nats-3', { answer: silent() });
      find(evidence['nats-pairs'].nodes, 'nats-3', { answer: silent() });
      evidence['nats-pairs'].pairs = evidence['nats-pairs'].pairs.filter(
        ({ from, to }) => from !== 'nats-3' && to !== 'nats-3',
      );
      find(evidence['nats-permissions'].nodes, 'nats-3', { answer: silent() });
      find(evidence['nats-connections'], 'nats-3', { connections: undefined, why: 'nobody listens there' });
      const tries = evidence['nats-strangers'].find(({ node }) => node === 'nats-3')?.tries ?? [];
      for (const attempt of tries) attempt.answer = silent();
      for (const { answer } of evidence['nats-system']) {
        if (!answer.ok) continue;
        answer.value.routez.routes = (answer.value.routez.routes ?? []).filter(
          ({ remote_id }) => remote_id !== 'ID-nats-3',
        );
        for (const replica of answer.value.jsz.meta_cluster?.replicas ?? [])
          if (replica.name === 'nats-3') Object.assign(replica, { current: false, offline: true });
      }
      for (const { name } of FLEET.nats.streams)
        stream(evidence, name, ({ cluster }) => {
          for (const replica of cluster?.replicas ?? [])
            if (replica.name === 'nats-3') Object.assign(replica, { current: false, offline: true });
        });
    },
    shows: ['fail nats.reach/nats-3'],
    folds: [
      'unknown nats.mtls/nats-3',
      'unknown nats.strangers/nats-3',
      'unknown nats.certificates/nats-3',
      ...NODE_CHECKS.map((check) => `unknown ${check}/nats-3`),
      'fail nats.mesh/nats-1',
      'fail nats.mesh/nats-2',
      'unknown nats.mesh/nats-3',
      'fail nats.mesh/nats-4',
      'fail nats.mesh/nats-5',
      'fail nats.meta/gaming-system',
      ...FLEET.nats.streams.map(({ name }) => `fail nats.streams/${name}`),
      ...FLEET.services.map(({ name }) => `unknown service.identity/${name}`),
    ],
  },
  {
    broken: 'a node that answers by another’s name',
    by: (evidence) => {
      const { announced } = evidence['nats-listeners'][1] as Evidence['nats-listeners'][number];
      if (announced.ok) announced.value.serverName = 'nats-9';
    },
    shows: ['fail nats.reach/nats-2'],
  },
  {
    broken: 'one server behind two addresses',
    by: (evidence) => {
      const { announced } = evidence['nats-listeners'][1] as Evidence['nats-listeners'][number];
      if (announced.ok) Object.assign(announced.value, { serverId: 'ID-nats-1' });
    },
    shows: ['fail nats.reach/nats-1', 'fail nats.reach/nats-2'],
  },
  {
    broken: 'an island',
    by: (evidence) => {
      for (const { node, answer } of evidence['nats-system']) {
        if (!answer.ok) continue;
        const { routez } = answer.value;
        routez.routes = (routez.routes ?? []).filter(
          ({ remote_id }) => node !== 'nats-5' && remote_id !== 'ID-nats-5',
        );
      }
    },
    shows: [
      'fail nats.mesh/nats-1',
      'fail nats.mesh/nats-2',
      'fail nats.mesh/nats-3',
      'fail nats.mesh/nats-4',
      'fail nats.mesh/nats-5',
      'skip nats.dials/nats-5',
    ],
  },
  {
    broken: 'routes that go one way only',
    by: (evidence) => {
      const { answer } = evidence['nats-system'][0] as Evidence['nats-system'][number];
      if (answer.ok) answer.value.routez.routes = ['nats-3', 'nats-4', 'nats-5'].map(route);
    },
    shows: ['fail nats.mesh/nats-1', 'fail nats.mesh/nats-2'],
  },
  {
    broken: 'a server in the mesh that the definition does not know',
    by: (evidence) => {
      const { answer } = evidence['nats-system'][0] as Evidence['nats-system'][number];
      if (answer.ok) answer.value.routez.routes?.push(route('intruder'));
    },
    shows: ['warn nats.mesh/nats-1'],
  },
  {
    broken: 'two JetStream leaders',
    by: (evidence) => meta(evidence, 'nats-5', { leader: 'nats-5' }),
    shows: ['fail nats.meta/gaming-system'],
  },
  {
    broken: 'no JetStream leader',
    by: (evidence) => {
      for (const { node } of evidence['nats-system']) meta(evidence, node, { leader: '' });
    },
    shows: ['fail nats.meta/gaming-system'],
  },
  {
    broken: 'a replica that is behind',
    by: (evidence) => {
      const { answer } = evidence['nats-system'][0] as Evidence['nats-system'][number];
      if (answer.ok) Object.assign(answer.value.jsz.meta_cluster?.replicas?.[0] ?? {}, { lag: 500 });
    },
    shows: ['fail nats.meta/gaming-system'],
  },
  {
    broken: 'a stream that is not there',
    by: (evidence) => {
      for (const { answer } of evidence['nats-system']) {
        const [account] = answer.ok ? (answer.value.jsz.account_details ?? []) : [];
        account?.stream_detail?.shift();
      }
    },
    shows: ['fail nats.streams/GAME_EVENTS'],
  },
  {
    broken: 'a stream with other terms',
    by: (evidence) => stream(evidence, 'DLQ', ({ config }) => Object.assign(config, { max_age: 1e9 })),
    shows: ['fail nats.streams/DLQ'],
  },
  {
    broken: 'a stream without a leader',
    by: (evidence) => stream(evidence, 'DLQ', ({ cluster }) => Object.assign(cluster ?? {}, { leader: '' })),
    shows: ['fail nats.streams/DLQ'],
  },
  {
    broken: 'a stream whose replica is behind',
    by: (evidence) =>
      stream(evidence, 'DLQ', ({ cluster }) => Object.assign(cluster?.replicas?.[0] ?? {}, { lag: 200 })),
    shows: ['fail nats.streams/DLQ'],
  },
  {
    broken: 'a stream with a replica too few',
    by: (evidence) => stream(evidence, 'DLQ', ({ cluster }) => void cluster?.replicas?.pop()),
    shows: ['fail nats.streams/DLQ'],
  },
  {
    broken: 'a stream with two leaders',
    by: (evidence) => {
      const [, second] = evidence['nats-system'];
      streamOf(second, 'DLQ', ({ cluster }) => Object.assign(cluster ?? {}, { leader: 'nats-2' }));
    },
    shows: ['fail nats.streams/DLQ'],
  },
  {
    broken: 'a node that lets in who has no certificate',
    by: (evidence) => {
      const [attempt] = evidence['nats-strangers'][3]?.tries ?? [];
      Object.assign(attempt ?? {}, { answer: ok({ refused: false, how: 'it answers PONG' }) });
    },
    shows: ['fail nats.strangers/nats-4'],
  },
  {
    broken: 'a certificate that we do not trust',
    by: (evidence) =>
      find(evidence['nats-listeners'], 'nats-2', {
        route: ok({ ...served(), untrusted: 'CERT_HAS_EXPIRED' }),
      }),
    shows: ['fail nats.mtls/nats-2'],
  },
  {
    broken: 'an old protocol',
    by: (evidence) =>
      find(evidence['nats-listeners'], 'nats-2', { client: ok({ ...served(), protocol: 'TLSv1.1' }) }),
    shows: ['fail nats.mtls/nats-2'],
  },
  {
    broken: 'a certificate in its last third',
    by: (evidence) => find(evidence['nats-listeners'], 'nats-2', { client: ok(served(61)) }),
    shows: ['warn nats.certificates/nats-2'],
  },
  {
    broken: 'a certificate in its last tenth',
    by: (evidence) => find(evidence['nats-listeners'], 'nats-2', { client: ok(served(82)) }),
    shows: ['fail nats.certificates/nats-2'],
  },
  {
    broken: 'a certificate for servers only',
    by: (evidence) => {
      const lame = served();
      lame.leaf.usages.pop();
      find(evidence['nats-listeners'], 'nats-2', { route: ok(lame) });
    },
    shows: ['fail nats.certificates/nats-2'],
  },
  {
    broken: 'a dead Redis replica',
    by: ({ 'redis-nodes': { nodes }, 'redis-listeners': listeners, 'redis-canaries': canaries }) => {
      Object.assign(nodes[3] ?? {}, { answer: silent() });
      const primary = nodes[0]?.answer;
      if (primary?.ok) primary.value.replication.replicas = [];
      Object.assign(listeners.nodes[3] ?? {}, {
        served: silent(),
        tries: REDIS_STRANGERS.map((stranger) => ({ stranger, answer: silent() })),
      });
      Object.assign(canaries.shards[0] ?? {}, {
        answer: ok({ replicas: 0, replica: '127.0.0.1:20033', readBack: false }),
      });
    },
    shows: ['fail redis.reach/127.0.0.1:20033'],
    folds: [
      'unknown redis.slots/127.0.0.1:20033',
      'fail redis.replication/shard-1',
      ...['strangers', 'certificates', 'persistence', 'memory', 'evictions'].map(
        (check) => `unknown redis.${check}/127.0.0.1:20033`,
      ),
      'fail redis.canary/shard-1',
    ],
  },
  {
    broken: 'a view in which slots fail',
    by: ({ 'redis-nodes': { nodes } }) => {
      const answer = nodes[1]?.answer;
      if (answer?.ok) Object.assign(answer.value.info, { state: 'fail', slotsOk: 10923, slotsFail: 5461 });
    },
    shows: ['fail redis.slots/127.0.0.1:20031'],
  },
  {
    broken: 'a replica that lags',
    by: ({ 'redis-nodes': { nodes } }) => {
      const answer = nodes[1]?.answer;
      if (answer?.ok) Object.assign(answer.value.replication.replicas[0] ?? {}, { lag: 9 });
    },
    shows: ['fail redis.replication/shard-2'],
  },
  {
    broken: 'a Redis node whose disk is full',
    by: ({ 'redis-nodes': { nodes } }) => {
      const answer = nodes[2]?.answer;
      if (answer?.ok) answer.value.persistence.append = 'err';
    },
    shows: ['fail redis.persistence/127.0.0.1:20032'],
  },
  {
    broken: 'a shard too few',
    by: ({ 'redis-nodes': { nodes } }) => {
      for (const { answer } of nodes) {
        if (!answer.ok) continue;
        const [first, , third] = answer.value.nodes;
        first?.slots.push(...(third?.slots ?? []));
        third?.slots.splice(0);
      }
    },
    shows: ['fail redis.replication/shard-3'],
    folds: ['unknown redis.failovers/shard-3'],
  },
  {
    broken: 'a task that answers no $SRV.PING',
    by: ({ instances }) =>
      void instances.splice(
        instances.findIndex(({ id }) => id === 'settings-1'),
        1,
      ),
    shows: ['fail service.instances/settings'],
  },
  {
    broken: 'a task that answers no $SRV.PING because it has just started',
    by: ({ instances, tasks }) => {
      instances.splice(
        instances.findIndex(({ id }) => id === 'settings-1'),
        1,
      );
      set(tasks.running, 'settings-task-1', { health: 'UNKNOWN', startedAt: NOW });
    },
    shows: ['unknown ecs.health/settings'],
    folds: ['unknown service.instances/settings'],
  },
  {
    broken: 'an instance that is no task',
    by: ({ instances }) => void instances.push({ ...stranger(), service: 'settings' }),
    shows: ['warn service.instances/settings'],
  },
  {
    broken: 'an instance of no service',
    by: ({ instances }) => void instances.push(stranger()),
    shows: ['warn service.instances/mystery'],
  },
  {
    broken: 'a probe that fails through one node',
    by: ({ contracts }) => {
      Object.assign(contractOf(contracts)?.replies[2] ?? {}, {
        outcome: 'service-error',
        why: 'UNAVAILABLE',
      });
    },
    shows: ['fail service.contract/settings'],
  },
  {
    broken: 'an instance that served no probe',
    by: ({ contracts }) => void Object.assign(contractOf(contracts)?.instances[1] ?? {}, { served: 0 }),
    shows: ['unknown service.contract/settings'],
  },
  {
    broken: 'a task whose clock is off',
    by: ({ contracts }) =>
      void Object.assign(contractOf(contracts)?.instances[1] ?? {}, { clockAhead: -5001 }),
    shows: ['fail service.clock/settings'],
  },
  {
    broken: 'a task whose clock is a little off',
    by: ({ contracts }) => void Object.assign(contractOf(contracts)?.instances[0] ?? {}, { clockAhead: 501 }),
    shows: ['warn service.clock/settings'],
  },
  {
    broken: 'a task that does not tell the time',
    by: ({ contracts }) =>
      void Object.assign(contractOf(contracts)?.instances[0] ?? {}, { clockAhead: undefined }),
    shows: ['unknown service.clock/settings'],
  },
  {
    broken: 'a gateway that is not ready',
    by: ({ gateway }) => {
      gateway.ready = ok(gatewayAnswer('not ready', 1, 503));
      routeOf(gateway).answers = ok([gatewayAnswer({ error: { code: 'UNAVAILABLE' } }, 1, 503)]);
    },
    shows: ['fail gateway.ready/gateway'],
    folds: ['fail gateway.route/gateway'],
  },
  {
    broken: 'a gateway that answers something else',
    by: ({ gateway }) => {
      const { answers } = routeOf(gateway);
      if (answers.ok) answers.value[1] = gatewayAnswer({ settings: [] }, 2);
    },
    shows: ['fail gateway.route/gateway'],
  },
  {
    broken: 'a gateway of which one task answers nobody',
    by: ({ gateway }) => {
      const { answers } = routeOf(gateway);
      if (answers.ok) answers.value.pop();
    },
    shows: ['unknown gateway.route/gateway'],
  },
  {
    broken: 'a fleet without a route that could be asked',
    by: ({ gateway }) => {
      gateway.route = undefined;
    },
    shows: ['skip gateway.route/gateway'],
  },
  {
    broken: 'an alarm that is not there',
    by: ({ alarms }) => {
      alarms.metric = alarms.metric.filter(({ name }) => name !== alarmName('high-cpu'));
    },
    shows: ['fail alarms.defined/settings'],
  },
  {
    broken: 'no alarm at all of a service',
    by: ({ alarms }) => {
      alarms.metric = alarms.metric.filter(({ name }) => !name.includes('settings'));
    },
    shows: ['fail alarms.defined/settings'],
    folds: ['unknown alarms.state/settings'],
  },
  {
    broken: 'an alarm with another threshold',
    by: ({ alarms }) => set(alarms.metric, alarmName('high-cpu'), { threshold: 99 }),
    shows: ['warn alarms.defined/settings'],
  },
  {
    broken: 'an alarm in a unit that never comes',
    by: ({ alarms }) => set(alarms.metric, alarmName('high-cpu'), { unit: 'Seconds' }),
    shows: ['fail alarms.defined/settings'],
  },
  {
    broken: 'an alarm whose actions are disabled',
    by: ({ alarms }) => set(alarms.paging, alarmName('paging'), { actionsEnabled: false }),
    shows: ['fail alarms.defined/settings'],
  },
  {
    broken: 'an alarm that tells nobody when it is over',
    by: ({ alarms }) =>
      set(alarms.paging, alarmName('paging'), {
        actions: { ...toldTo([topicArn(FLEET.environment)]), ok: [] },
      }),
    shows: ['fail alarms.defined/settings'],
  },
  {
    broken: 'an alarm that tells somebody by itself, beside the one that pages',
    by: ({ alarms }) =>
      set(alarms.metric, alarmName('high-cpu'), { actions: toldTo([topicArn(FLEET.environment)]) }),
    shows: ['warn alarms.defined/settings'],
  },
  {
    broken: 'no alarm that pages',
    by: ({ alarms }) => {
      alarms.paging = alarms.paging.filter(({ name }) => name !== alarmName('paging'));
    },
    shows: ['fail alarms.defined/settings'],
  },
  {
    broken: 'a paging alarm that looks at two of three',
    by: ({ alarms }) =>
      set(alarms.paging, alarmName('paging'), {
        rule: `ALARM("${alarmName('high-cpu')}") OR ALARM("${alarmName('high-memory')}")`,
      }),
    shows: ['fail alarms.defined/settings'],
  },
  {
    broken: 'an alarm that somebody has made a second time',
    by: ({ alarms }) => {
      const twin = alarms.metric.find(({ name }) => name === alarmName('high-cpu')) as AlarmState;
      alarms.telling.push({ ...twin, name: 'cpu, by hand' });
    },
    shows: ['warn alarms.strays/gaming-system'],
  },
  {
    broken: 'a paging alarm of a service that is gone',
    by: ({ alarms }) => {
      const [one] = alarms.paging as [CompositeState];
      alarms.telling.push({ ...one, name: 'gaming-system-gone-nats-paging' });
    },
    shows: ['warn alarms.strays/gaming-system'],
  },
  {
    broken: 'an alarm of somebody else that tells the topic',
    by: ({ alarms }) => {
      const [one] = alarms.paging as [CompositeState];
      alarms.telling.push({ ...one, name: 'billing' });
    },
    shows: [],
  },
  {
    broken: 'a silenced alarm',
    by: ({ alarms }) => alarms.mutes.push(muteOf(alarmName('paging'), 1)),
    shows: ['warn alarms.silences/gaming-system'],
  },
  {
    broken: 'a silence whose time is over, and one of an alarm of somebody else',
    by: ({ alarms }) => alarms.mutes.push(muteOf(alarmName('paging'), -1), muteOf('billing', 1)),
    shows: [],
  },
  {
    broken: 'a cluster without Container Insights, where the count of tasks does not exist',
    by: ({ alarms }) => {
      alarms.origins.containerInsights = 'disabled';
    },
    shows: FLEET.services.map(({ name }) => `fail alarms.defined/${name}`),
  },
  {
    broken: 'an alarm that fires',
    by: ({ alarms }) => set(alarms.metric, alarmName('high-memory'), { state: 'ALARM' }),
    shows: ['fail alarms.state/settings'],
  },
  {
    broken: 'an alarm that fires because a task is missing',
    by: ({ alarms, services }) => {
      set(services.services, 'settings-nats', { running: 1 });
      set(alarms.metric, alarmName('running-tasks'), { state: 'ALARM' });
    },
    shows: ['fail ecs.running/settings'],
    folds: ['fail alarms.state/settings'],
  },
  {
    broken: 'an alarm that was just put and sees nothing yet',
    by: ({ alarms }) => blind(alarms, 11),
    shows: ['warn alarms.state/settings'],
  },
  {
    broken: 'an alarm that sees nothing for longer than its window and two minutes',
    by: ({ alarms }) => blind(alarms, 13),
    shows: ['unknown alarms.state/settings'],
  },
  {
    broken: 'an alarm in a state that nobody knows',
    by: ({ alarms }) => set(alarms.metric, alarmName('high-cpu'), { state: 'ASLEEP' }),
    shows: ['unknown alarms.state/settings'],
  },
  {
    broken: 'no alerts topic',
    by: ({ 'alert-topic': topic }) => {
      topic.subscribers = undefined;
    },
    shows: ['fail alarms.subscriber/gaming-system'],
  },
  {
    broken: 'a subscriber who has not confirmed',
    by: ({ 'alert-topic': topic }) => {
      topic.subscribers = [{ protocol: 'email', endpoint: 'ops@example.com', confirmed: false }];
    },
    shows: ['fail alarms.subscriber/gaming-system'],
  },
  {
    broken: 'one of several subscribers who did not take what the others took',
    by: ({ 'alert-topic': topic }) => {
      topic.failed = NOW;
      topic.delivered = NOW;
    },
    shows: ['warn alarms.subscriber/gaming-system'],
  },
  {
    broken: 'a subscriber who did not take the last notification',
    by: ({ 'alert-topic': topic }) => {
      topic.failed = NOW;
    },
    shows: ['fail alarms.subscriber/gaming-system'],
  },
  {
    broken: 'a node of another version',
    by: (evidence) => told(evidence, 'nats-4', ({ varz }) => Object.assign(varz, { version: '2.10.1' })),
    shows: ['warn nats.version/nats-4'],
  },
  {
    broken: 'a node whose clock is off',
    by: (evidence) => told(evidence, 'nats-4', ({ varz }) => Object.assign(varz, { now: minutesAgo(2) })),
    shows: ['fail nats.clock/nats-4'],
  },
  {
    broken: 'a node that has dialled nobody',
    by: (evidence) =>
      told(evidence, 'nats-4', ({ routez }) => {
        for (const one of routez.routes ?? []) one.did_solicit = false;
      }),
    shows: ['warn nats.dials/nats-4'],
  },
  {
    broken: 'a node without JetStream',
    by: (evidence) =>
      told(evidence, 'nats-4', ({ jsz }) => {
        Object.assign(jsz, { disabled: true, config: undefined, meta_cluster: undefined });
      }),
    shows: ['fail nats.storage/nats-4'],
    folds: ['fail nats.meta/gaming-system'],
  },
  {
    broken: 'a node whose files are three quarters full',
    by: (evidence) => told(evidence, 'nats-4', ({ jsz }) => Object.assign(jsz, { storage: 0.8e9 })),
    shows: ['warn nats.storage/nats-4'],
  },
  {
    broken: 'a node whose memory is full',
    by: (evidence) => told(evidence, 'nats-4', ({ jsz }) => Object.assign(jsz, { memory: 63e6 })),
    shows: ['fail nats.storage/nats-4'],
  },
  {
    broken: 'a dead letter',
    by: (evidence) =>
      stream(evidence, 'DLQ', ({ state }) => Object.assign(state, { messages: 1, bytes: 99 })),
    shows: ['warn nats.dead-letters/DLQ'],
  },
  {
    broken: 'so many dead letters that the oldest are pushed out',
    by: (evidence) =>
      stream(evidence, 'DLQ', ({ state }) => Object.assign(state, { messages: 9e4, bytes: 65e6 })),
    shows: ['fail nats.dead-letters/DLQ'],
  },
  {
    broken: 'a consumer that is not there',
    by: (evidence) =>
      stream(evidence, 'ORCHESTRATION_WORK', (one) => {
        one.consumer_detail = [];
      }),
    shows: ['fail nats.consumers/orchestration'],
  },
  {
    broken: 'a consumer without a leader',
    by: (evidence) => consumer(evidence, { cluster: { leader: '' } }),
    shows: ['fail nats.consumers/orchestration'],
  },
  {
    broken: 'work that nobody takes',
    by: (evidence) => {
      consumer(evidence, {
        num_pending: 1,
        created: minutesAgo(60),
        delivered: { last_active: minutesAgo(7) },
      });
      stream(evidence, 'ORCHESTRATION_WORK', ({ state }) => Object.assign(state, { last_ts: minutesAgo(6) }));
    },
    shows: ['fail nats.consumers/orchestration'],
  },
  {
    broken: 'work that waits in passing',
    by: (evidence) => {
      consumer(evidence, {
        num_pending: 1,
        created: minutesAgo(60),
        delivered: { last_active: minutesAgo(7) },
      });
      stream(evidence, 'ORCHESTRATION_WORK', ({ state }) => Object.assign(state, { last_ts: minutesAgo(0) }));
    },
    shows: [],
  },
  {
    broken: 'more work than a service takes',
    by: (evidence) => consumer(evidence, { num_pending: 2000 }),
    shows: ['warn nats.consumers/orchestration'],
  },
  {
    broken: 'work that fails again and again',
    by: (evidence) => consumer(evidence, { num_redelivered: 12 }),
    shows: ['warn nats.consumers/orchestration'],
  },
  {
    broken: 'a node that runs another configuration than the others',
    by: (evidence) =>
      told(evidence, 'nats-4', ({ varz }) => Object.assign(varz, { tags: ['gsys-config:0'] })),
    shows: ['fail nats.config/nats-4'],
  },
  {
    broken: 'a definition that no node has loaded yet',
    by: (evidence) => {
      for (const { name } of FLEET.environment.nats.nodes)
        told(evidence, name, ({ varz }) => Object.assign(varz, { tags: [] }));
    },
    shows: FLEET.environment.nats.nodes.map(({ name }) => `warn nats.config/${name}`),
  },
  {
    broken: 'a revocation that no node has loaded yet',
    by: ({ generations }) => Object.assign(generations, { settings: [2] }),
    shows: [
      ...FLEET.environment.nats.nodes.map(({ name }) => `warn nats.config/${name}`),
      ...['nats-1', 'nats-2'].map((name) => `fail nats.clients/${name}`),
      'warn service.identity/settings',
    ],
  },
  {
    broken: 'a node that serves an older certificate than was issued',
    by: ({ inventory }) => Object.assign(inventory, { 'nats-4': other(issued()) }),
    shows: ['warn nats.issued/nats-4'],
  },
  {
    broken: 'a node that nothing was issued for',
    by: ({ inventory }) => void delete inventory['nats-4'],
    shows: ['warn nats.issued/nats-4'],
  },
  {
    broken: 'a node whose two ports serve different certificates',
    by: (evidence) =>
      find(evidence['nats-listeners'], 'nats-4', { route: ok({ ...served(), ...other(issued()) }) }),
    shows: ['fail nats.issued/nats-4'],
  },
  {
    broken: 'an authority that ends soon',
    by: ({ authorities }) => Object.assign(authorities, { issuing: [authority(325)] }),
    shows: ['warn tls.authorities/gaming-system'],
  },
  {
    broken: 'an authority that ends next week',
    by: ({ authorities }) => Object.assign(authorities, { trusted: [authority(358)] }),
    shows: ['fail tls.authorities/gaming-system'],
  },
  {
    broken: 'an operator whose own certificate ends soon',
    by: ({ authorities }) => Object.assign(authorities, { own: served(25, 30).leaf }),
    shows: ['warn tls.authorities/gaming-system'],
  },
  {
    broken: 'a service whose certificate is long overdue',
    by: ({ inventory }) => Object.assign(inventory, { settings: issued(82) }),
    shows: ['fail service.identity/settings'],
  },
  {
    broken: 'a service that uses another certificate than was issued',
    by: ({ inventory }) => Object.assign(inventory, { settings: other(issued()) }),
    shows: ['warn service.identity/settings'],
  },
  {
    broken: 'a task without one of its subscriptions',
    by: (evidence) => void connectionOf(evidence, 'nats-2').subscriptions.pop(),
    shows: ['fail service.subscriptions/settings'],
  },
  {
    broken: 'a task that has just connected',
    by: (evidence) => Object.assign(connectionOf(evidence, 'nats-2'), { subscriptions: [], start: NOW }),
    shows: ['unknown service.subscriptions/settings'],
  },
  {
    broken: 'a lacking permission, of a node that has loaded another configuration',
    by: (evidence) => {
      told(evidence, 'nats-2', ({ varz }) => Object.assign(varz, { tags: ['gsys-config:0'] }));
      connectionOf(evidence, 'nats-2').subscriptions = [];
      const contract = contractOf(evidence.contracts);
      if (contract) contract.replies = [{ through: 'nats-1', outcome: 'no-responders', why: 'nobody' }];
    },
    shows: ['fail nats.config/nats-2'],
    folds: ['fail service.subscriptions/settings', 'fail service.contract/settings'],
  },
  {
    broken: 'a node that is cut off from the others, so that services are not answered through it',
    by: (evidence) => {
      find(evidence['nats-listeners'], 'nats-4', { announced: { ok: false, fault: 'tcp', why: 'gone' } });
      const reply = contractOf(evidence.contracts)?.replies.find(({ through }) => through === 'nats-4');
      Object.assign(reply ?? {}, { outcome: 'no-responders', why: 'nobody' });
    },
    shows: ['fail nats.reach/nats-4'],
    folds: ['unknown nats.mtls/nats-4', 'fail service.contract/settings'],
  },
  {
    broken: 'a client without a certificate',
    by: (evidence) =>
      Object.assign(connectionOf(evidence, 'nats-1'), { leaf: undefined, user: '', name: 'x' }),
    shows: ['fail nats.clients/nats-1'],
  },
  {
    broken: 'routes that carry nothing one way',
    by: ({ 'nats-pairs': { pairs } }) =>
      Object.assign(pairs.find(({ from, to }) => from === 'nats-1' && to === 'nats-4') ?? {}, {
        arrived: false,
      }),
    shows: ['fail nats.data/nats-1'],
  },
  {
    broken: 'an operator who may more than he should',
    by: (evidence) =>
      find(evidence['nats-permissions'].nodes, 'nats-4', {
        answer: ok([{ act: 'subscribe', subject: '>', expected: 'refused' }]),
      }),
    shows: ['fail nats.permissions/nats-4'],
  },
  {
    broken: 'a JetStream that takes no writes',
    by: (evidence) => Object.assign(evidence['nats-canary'], { answer: silent('timeout') }),
    shows: ['fail nats.canary/gaming-system'],
  },
  {
    broken: 'a Redis node that is nearly full',
    by: (evidence) => memory(evidence, { used: 50e6 }),
    shows: ['warn redis.memory/127.0.0.1:20031'],
  },
  {
    broken: 'a Redis node that throws keys away',
    by: (evidence) => memory(evidence, { used: 63e6, evicted: 12 }),
    shows: [`skip redis.evictions/${SECOND}`, 'fail redis.memory/127.0.0.1:20031'],
  },
  {
    broken: 'a Redis node without a limit',
    by: (evidence) => memory(evidence, { max: 0 }),
    shows: ['fail redis.memory/127.0.0.1:20031'],
  },
  {
    broken: 'a Redis node whose memory is in pieces',
    by: (evidence) => memory(evidence, { used: 300e6, max: 1e9, fragmentation: 2.1 }),
    shows: ['warn redis.memory/127.0.0.1:20031'],
  },
  {
    broken: 'a shard that takes no writes',
    by: ({ 'redis-canaries': { shards } }) => Object.assign(shards[1] ?? {}, { answer: silent('timeout') }),
    shows: ['fail redis.canary/shard-2'],
  },
  {
    broken: 'a shard whose replica does not get what is written',
    by: ({ 'redis-canaries': { shards } }) =>
      Object.assign(shards[1] ?? {}, {
        answer: ok({ replicas: 0, replica: '127.0.0.1:20034', readBack: false }),
      }),
    shows: ['fail redis.canary/shard-2'],
  },
  {
    broken: 'a Redis node that lets in who does not log in',
    by: (evidence) =>
      listener(evidence, ({ tries }) =>
        Object.assign(tries[1] ?? {}, { answer: ok({ refused: false, how: '+PONG' }) }),
      ),
    shows: ['fail redis.strangers/127.0.0.1:20031'],
  },
  {
    broken: 'a managed Redis node, which asks nobody for a certificate',
    by: (evidence) =>
      listener(evidence, (one) => {
        Object.assign(one.tries[2] ?? {}, { answer: ok({ refused: false, how: '-NOAUTH' }) });
        one.served = ok({ protocol: 'TLSv1.3', leaf: served().leaf, ours: false });
      }),
    shows: [],
  },
  {
    broken: 'a Redis certificate in its last third',
    by: (evidence) =>
      listener(evidence, (one) => {
        one.served = ok({ protocol: 'TLSv1.3', leaf: served(61).leaf, ours: true });
      }),
    shows: ['warn redis.certificates/127.0.0.1:20031'],
  },
  {
    broken: 'a Redis certificate that was not issued last',
    by: (evidence) =>
      listener(evidence, (one) => {
        one.served = ok({ protocol: 'TLSv1.3', leaf: other(issued()).leaf, ours: true });
      }),
    shows: ['warn redis.certificates/127.0.0.1:20031'],
  },
  {
    broken: 'a task definition with another environment',
    by: ({ definitions }) =>
      void definitions.settings?.changes?.push({
        ...{ path: 'container.settings-nats.environment.LOG_LEVEL', kind: 'environment' },
        ...{ from: 'debug', to: 'info' },
      }),
    shows: ['warn ecs.drift/settings'],
  },
  {
    broken: 'a service in another network',
    by: ({ services }) =>
      set(services.services, 'settings-nats', {
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-ffffffff'] } },
      }),
    shows: ['warn ecs.drift/settings'],
  },
  {
    broken: 'a task definition that ECS has forgotten',
    by: ({ definitions }) => Object.assign(definitions.settings ?? {}, { changes: undefined }),
    shows: ['unknown ecs.drift/settings'],
  },
  {
    broken: 'more errors than in the hour before',
    by: (evidence) => errors(evidence, 40),
    shows: ['warn ecs.log-errors/settings'],
  },
  {
    broken: 'a definition that lacks a file',
    by: ({ 'definition-check': definition }) =>
      void definition.mistakes.push('environments.local.operator: there is no x.pem'),
    shows: [`fail definition.complete/${FLEET.name}`],
  },
  {
    broken: 'a service that was changed and not deployed',
    by: ({ 'definition-check': definition }) => Object.assign(definition.hashes, { settings: 'changed' }),
    shows: ['warn definition.deployed/settings'],
  },
  {
    broken: 'a service whose template cannot be filled in',
    by: ({ 'definition-check': definition }) => void delete definition.hashes.settings,
    shows: ['unknown definition.deployed/settings'],
  },
  {
    broken: 'a service that a rollback touched last',
    by: ({ releases }) => void delete releases.services.settings?.definition,
    shows: ['skip definition.deployed/settings'],
  },
  {
    broken: 'a monitoring port that is open to everybody',
    by: (evidence) => find(evidence['nats-monitors'], 'nats-2', { here: false, answer: ok('open') }),
    shows: ['fail nats.monitoring/nats-2'],
  },
  {
    broken: 'a node on our own machine',
    by: (evidence) => find(evidence['nats-monitors'], 'nats-2', { here: true, answer: ok('open') }),
    shows: ['skip nats.monitoring/nats-2'],
  },
  {
    broken: 'clients that were cut off since the last look',
    by: (evidence) => {
      told(evidence, 'nats-2', ({ varz }) => Object.assign(varz, { slow_consumers: 7 }));
      counted(evidence, 'nats.load/nats-node/nats-2', { server: id('nats-2'), slow: 5, stale: 0 });
    },
    shows: ['warn nats.load/nats-2'],
  },
  {
    broken: 'clients that were cut off before the last look',
    by: (evidence) => {
      told(evidence, 'nats-2', ({ varz }) => Object.assign(varz, { slow_consumers: 5 }));
      counted(evidence, 'nats.load/nats-node/nats-2', { server: id('nats-2'), slow: 5, stale: 0 });
    },
    shows: [],
  },
  {
    broken: 'clients that were cut off by a server that was started anew',
    by: (evidence) => {
      told(evidence, 'nats-2', ({ varz }) => Object.assign(varz, { stale_connections: 2 }));
      counted(evidence, 'nats.load/nats-node/nats-2', { server: 'another', slow: 5, stale: 5 });
    },
    shows: ['warn nats.load/nats-2'],
  },
  {
    broken: 'clients that were cut off, when nobody has looked before',
    by: (evidence) => told(evidence, 'nats-2', ({ varz }) => Object.assign(varz, { slow_consumers: 5 })),
    shows: ['skip nats.load/nats-2'],
  },
  {
    broken: 'keys that were thrown away since the last look',
    by: (evidence) => {
      memory(evidence, { evicted: 12 });
      counted(evidence, `redis.evictions/redis-node/${SECOND}`, { runId: 'run-1', evicted: 2 });
    },
    shows: [`warn redis.evictions/${SECOND}`],
  },
  {
    broken: 'keys that were thrown away since the node was started anew',
    by: (evidence) => {
      memory(evidence, { evicted: 2 });
      counted(evidence, `redis.evictions/redis-node/${SECOND}`, { runId: 'before', evicted: 2 });
    },
    shows: [`warn redis.evictions/${SECOND}`],
  },
  {
    broken: 'keys that were thrown away by a node that is full',
    by: (evidence) => {
      memory(evidence, { used: 63e6, evicted: 12 });
      counted(evidence, `redis.evictions/redis-node/${SECOND}`, { runId: 'run-1', evicted: 2 });
    },
    shows: [`fail redis.memory/${SECOND}`],
    folds: [`fail redis.evictions/${SECOND}`],
  },
  {
    broken: 'keys that were thrown away before the last look',
    by: (evidence) => {
      memory(evidence, { evicted: 2 });
      counted(evidence, `redis.evictions/redis-node/${SECOND}`, { runId: 'run-1', evicted: 2 });
    },
    shows: [],
  },
  {
    broken: 'keys that were thrown away, when nobody has looked before',
    by: (evidence) => memory(evidence, { evicted: 2 }),
    shows: [`skip redis.evictions/${SECOND}`],
  },
  {
    broken: 'a shard that has another primary than at the last look',
    by: (evidence) =>
      counted(evidence, 'redis.failovers/redis-shard/shard-2', { primary: '127.0.0.1:20034', epoch: 1 }),
    shows: ['warn redis.failovers/shard-2'],
  },
  {
    broken: 'a shard that has failed over and back',
    by: (evidence) => counted(evidence, 'redis.failovers/redis-shard/shard-2', { primary: SECOND, epoch: 1 }),
    shows: ['warn redis.failovers/shard-2'],
  },
  {
    broken: 'a shard that nobody has looked at before',
    by: ({ past }) => void delete past['redis.failovers/redis-shard/shard-2'],
    shows: ['skip redis.failovers/shard-2'],
  },
  {
    broken: 'a handful of errors',
    by: (evidence) => errors(evidence, 9),
    shows: [],
  },
];

const healthy = new Set(judge(healthyEvidence()).map(brief));

describe('a fleet with', () => {
  it.each(CASES)('$broken shows exactly that', ({ by, shows, folds = [] }) => {
    const evidence = healthyEvidence();
    by(evidence);
    const other = judge(evidence).filter((finding) => !healthy.has(brief(finding)));
    const [roots, rest] = [
      other.filter(({ causedBy }) => !causedBy),
      other.filter(({ causedBy }) => causedBy),
    ];
    expect(roots.map(brief).sort()).toEqual(shows.toSorted());
    expect(rest.map(brief).sort()).toEqual(folds.toSorted());
  });
});

it.each([
  ['all in one zone', ['a', 'b', 'c', 'a', 'b', 'c'], 'warn'],
  ['a replica in another zone', ['a', 'b', 'c', 'b', 'c', 'a'], 'pass'],
  ['zones that the definition does not name', [], 'skip'],
])('a shard with %s', (_, zones, status) => {
  const { environment } = FLEET;
  const endpoints = environment.redis.endpoints.map((node, i) => ({
    ...node,
    ...(zones[i] && { az: zones[i] }),
  }));
  const fleet = { ...FLEET, environment: { ...environment, redis: { ...environment.redis, endpoints } } };
  const findings = judgeAll([redisPlacement], asSet(healthyEvidence()), fleet, NOW);
  expect(findings.map((finding) => finding.status)).toEqual([status, status, status]);
});

/** As an earlier look left it. */
function counted({ past }: Evidence, finding: string, observed: unknown): void {
  past[finding] = { observed, at: minutesAgo(10) };
}

type LogGroup = Evidence['log-groups']['groups'][number];

function settingsLogs(evidence: Evidence): LogGroup {
  return evidence['log-groups'].groups.find(({ name }) => name === settings.logGroup) as LogGroup;
}

function dropStream(evidence: Evidence, task: string): void {
  const group = settingsLogs(evidence);
  group.streams = group.streams.filter(({ name }) => !name.endsWith(`/${task}`));
}

/** @param minutes until it is over */
function muteOf(alarm: string, minutes: number): Evidence['alarms']['mutes'][number] {
  return {
    ...{ name: alarm, alarms: [alarm], status: 'ACTIVE' },
    description: 'silenced by ann@laptop at 2026-03-01T11:30:00.000Z: it leaks',
    until: new Date(NOW.getTime() + minutes * 60_000),
  };
}

function alarmName(kind: AlarmKind | 'paging'): string {
  return `gaming-system-settings-nats-${kind}`;
}

function blind({ metric }: Evidence['alarms'], minutes: number): void {
  const since = new Date(NOW.getTime() - minutes * 60_000);
  set(metric, alarmName('high-cpu'), { state: 'INSUFFICIENT_DATA', since, configuredAt: since });
}

function judge(evidence: Evidence): Finding[] {
  return judgeAll(CHECKS, asSet(evidence), FLEET, NOW);
}

function brief({ status, check, subject }: Finding): string {
  return `${status} ${check}/${subject.name}`;
}

function contractOf(contracts: Evidence['contracts']) {
  return contracts.find((entry) => entry.service === 'settings');
}

function routeOf({ route }: Evidence['gateway']) {
  if (route === undefined) throw new Error('the fixture has a route');
  return route;
}

function stranger() {
  const unknown = { taskArn: 'arn:aws:ecs:x/somebody', revision: undefined, imageDigest: undefined };
  return { service: 'mystery', id: 'X', version: '1.0.0', ...unknown };
}

function set(
  list: { name?: string; id?: string; ecsService?: string | undefined }[],
  key: string,
  change: object,
): void {
  const keys = (one: (typeof list)[number]) => [one.name, one.id, one.ecsService];
  Object.assign(list.find((one) => keys(one).includes(key)) ?? {}, change);
}

function find(list: { node: string }[], key: string, change: object): void {
  Object.assign(list.find(({ node }) => node === key) ?? {}, change);
}

function deployment({ services }: Evidence['services'], change: object): void {
  Object.assign(services.find(({ name }) => name === 'settings-nats')?.deployments[0] ?? {}, change);
}

function stream(evidence: Evidence, name: string, change: (stream: StreamDetail) => void): void {
  for (const one of evidence['nats-system']) streamOf(one, name, change);
}

/** As one node sees it, if it holds it. */
function streamOf(
  one: Evidence['nats-system'][number] | undefined,
  name: string,
  change: (stream: StreamDetail) => void,
): void {
  const [account] = one?.answer.ok ? (one.answer.value.jsz.account_details ?? []) : [];
  const found = account?.stream_detail?.find(({ config }) => config.name === name);
  if (found !== undefined) change(found);
}

function meta(evidence: Evidence, name: string, change: object): void {
  const answer = evidence['nats-system'].find(({ node }) => node === name)?.answer;
  if (answer?.ok) Object.assign(answer.value.jsz.meta_cluster ?? {}, change);
}

function told(evidence: Evidence, name: string, change: (told: Told) => void): void {
  const answer = evidence['nats-system'].find(({ node }) => node === name)?.answer;
  if (answer?.ok) change(answer.value);
}

type Told = Extract<Evidence['nats-system'][number]['answer'], { ok: true }>['value'];

/** The one that orchestration has, as every node sees it. */
function consumer(evidence: Evidence, change: object): void {
  stream(evidence, 'ORCHESTRATION_WORK', ({ consumer_detail }) => {
    for (const one of consumer_detail ?? []) Object.assign(one, change);
  });
}

function minutesAgo(minutes: number): string {
  return new Date(NOW.getTime() - minutes * 60_000).toISOString();
}

/** A settings task’s, at one of the nodes. */
function connectionOf(evidence: Evidence, node: string): LiveConnection {
  const at = evidence['nats-connections'].find((one) => one.node === node);
  return at?.connections?.find(({ name }) => name === 'settings') as LiveConnection;
}

/** Another certificate, issued later. */
function other({ leaf, ...rest }: Issued): Issued {
  return { ...rest, leaf: { ...leaf, fingerprint: 'EF:01', serial: '02', notBefore: NOW } };
}

/** Of a year, so many days old. */
function authority(age: number) {
  return { ...served(age, 365).leaf, authority: true };
}

/** Of the second Redis node. */
function memory({ 'redis-nodes': { nodes } }: Evidence, change: object): void {
  const answer = nodes[1]?.answer;
  if (answer?.ok) Object.assign(answer.value.memory, change);
}

function listener({ 'redis-listeners': { nodes } }: Evidence, change: (of: RedisListener) => void): void {
  change(nodes[1] as RedisListener);
}

/** Of settings, in the last five minutes. */
function errors({ 'error-lines': { groups } }: Evidence, count: number): void {
  for (const { group, recent } of groups) if (group === settings.logGroup) recent['settings-nats'] = count;
}

function noErrors({ 'error-lines': { groups } }: Evidence): void {
  for (const group of groups) Object.assign(group, { recent: {}, before: {} });
}
