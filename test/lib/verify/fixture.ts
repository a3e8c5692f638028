import type { AlarmState, CompositeState } from '../../../src/lib/aws/alarm-shapes.ts';
import { type PolicyState, policyName, type ScalingMetric } from '../../../src/lib/aws/autoscaling.ts';
import type { ServiceState, TaskState } from '../../../src/lib/aws/ecs.ts';
import { type AlarmDefinition, alarmsOf, topicArn } from '../../../src/lib/fleet/alarms.ts';
import type { Fleet, NatsNode, Service } from '../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { type PagingAlarm, pagingAlarms } from '../../../src/lib/fleet/paging-alarms.ts';
import type { LiveConnection } from '../../../src/lib/nats/connections.ts';
import { nodePlan } from '../../../src/lib/nats/node-plan.ts';
import { STRANGERS } from '../../../src/lib/nats/refusal.ts';
import { ACCOUNTS, configTag, renderServerConfig } from '../../../src/lib/nats/server-config.ts';
import { type ConsumerDetail, type StreamDetail, streamConfig } from '../../../src/lib/nats/stream-state.ts';
import type { Jsz } from '../../../src/lib/nats/system.ts';
import { CLIENT_AUTH, SERVER_AUTH } from '../../../src/lib/pki/inspect.ts';
import type { RouteAnswer } from '../../../src/lib/probe/route.ts';
import type { ClusterNode } from '../../../src/lib/redis/cluster.ts';
import { serviceSettings } from '../../../src/lib/release/service-request.ts';
import type { Issued } from '../../../src/lib/verify/collectors/inventory.ts';
import type { Served } from '../../../src/lib/verify/collectors/nats-listeners.ts';
import type { Answer, Evidence, EvidenceSet } from '../../../src/lib/verify/evidence.ts';
import { REDIS_STRANGERS } from '../../../src/lib/verify/redis-stranger.ts';

export const NOW = new Date('2026-03-01T12:00:00Z');
const DAY = 24 * 60 * 60_000;

/** This repository's own definition. */
export const FLEET: Fleet = await loadFleet({ from: import.meta.dirname, environment: 'local', slot: '0' });

export function ok<T>(value: T): Answer<T> {
  return { ok: true, value };
}

export function silent(fault: 'tcp' | 'timeout' = 'tcp'): Answer<never> {
  return { ok: false, fault, why: 'nobody listens there' };
}

/** What a fleet shows that is exactly what its definition says; a fresh copy for each test to break. */
export function healthyEvidence(): Evidence {
  const nodes = FLEET.environment.nats.nodes;
  return {
    'definition-check': {
      mistakes: [],
      hashes: Object.fromEntries(FLEET.services.map(({ name }) => [name, 'as deployed'])),
    },
    past: Object.fromEntries(
      FLEET.environment.redis.endpoints
        .slice(0, 3)
        .map(({ host, port }, i) => [
          `redis.failovers/redis-shard/shard-${i + 1}`,
          { observed: { primary: `${host}:${port}`, epoch: i + 1 }, at: NOW.toISOString() },
        ]),
    ),
    account: { account: FLEET.environment.account, arn: 'arn:aws:iam::000000000000:user/gsys' },
    services: {
      services: FLEET.services.map(serviceState),
      inCluster: [...FLEET.services.map(({ ecsService }) => ecsService), 'legacy-http'],
    },
    tasks: {
      running: FLEET.services.flatMap((service) => [task(service, 1), task(service, 2)]),
      stopped: [],
    },
    definitions: Object.fromEntries(
      FLEET.services.map((of) => [of.name, { taskDefinition: taskDefinition(of), changes: [] }]),
    ),
    overrides: {},
    releases: {
      services: Object.fromEntries(
        FLEET.services.map((service) => [
          service.name,
          {
            ...{ release: 'r1', taskDefinition: taskDefinition(service), imageDigest: digest(service) },
            definition: 'as deployed',
          },
        ]),
      ),
    },
    scaling: {
      targets: FLEET.services.map(({ ecsService, scaling: { min, max } }) => ({
        ...{ ecsService, min, max, suspended: [] },
      })),
      policies: FLEET.services.flatMap((of) => [policy(of, 'cpu'), policy(of, 'memory')]),
      alarms: FLEET.services
        .flatMap((of) => [policy(of, 'cpu'), policy(of, 'memory')])
        .flatMap(({ alarms }) => alarms),
    },
    'log-groups': {
      groups: [...new Set(FLEET.services.map(({ logGroup }) => logGroup))].map((name) => ({
        name,
        retentionDays: 30,
        more: false,
        streams: FLEET.services
          .filter(({ logGroup }) => logGroup === name)
          .flatMap((service) => [1, 2].map((n) => ({ name: stream(service, n), hasEvents: true }))),
      })),
    },
    'error-lines': {
      groups: [...new Set(FLEET.services.map(({ logGroup }) => logGroup))].map((group) => ({
        ...{ group, recent: {}, before: { 'settings-nats': 11 }, more: false },
      })),
    },
    'nats-listeners': nodes.map(({ name }) => ({
      node: name,
      announced: ok({ serverId: id(name), serverName: name, cluster: FLEET.nats.cluster, tlsRequired: true }),
      client: ok(served()),
      route: ok(served()),
    })),
    'nats-strangers': nodes.map(({ name }) => ({
      node: name,
      tries: (['client', 'route'] as const).flatMap((listener) =>
        STRANGERS.map((stranger) => ({ listener, stranger, answer: ok({ refused: true, how: 'alert' }) })),
      ),
    })),
    'nats-monitors': nodes.map(({ name }) => ({ node: name, here: false, answer: silent() })),
    'nats-system': nodes.map(({ name }) => ({
      node: name,
      answer: ok({
        varz: {
          server_id: id(name),
          server_name: name,
          version: '2.9.10',
          now: NOW.toISOString(),
          start: '',
          config_load_time: '',
          tags: [
            configTag(renderServerConfig(nodePlan(nodeOf(name), nodes, { ...FLEET, generations: {} }))) ?? '',
          ],
        },
        asked: { from: NOW.getTime(), to: NOW.getTime() },
        routez: { routes: nodes.filter((node) => node.name !== name).map(({ name: to }) => route(to)) },
        jsz: {
          ...{ memory: 0, storage: 1000, config: { max_memory: 64e6, max_storage: 1e9 } },
          meta_cluster: meta(name),
          account_details: [{ name: ACCOUNTS.fleet, stream_detail: streamsOf(name) }],
        },
      }),
    })),
    generations: {},
    inventory: Object.fromEntries([...nodes, ...FLEET.services].map(({ name }) => [name, issued()])),
    authorities: {
      own: served(1, 30).leaf,
      trusted: [{ ...served(1, 1000).leaf, subject: 'CN=root', authority: true }],
      issuing: [{ ...served(1, 365).leaf, subject: 'CN=issuer', authority: true }],
    },
    'nats-connections': nodes.map(({ name }, i) => ({
      node: name,
      connections: i < 2 ? FLEET.services.map((of) => connection(of, name)) : [],
    })),
    'nats-pairs': {
      nodes: nodes.map(({ name }) => ({ node: name, answer: ok(true as const) })),
      pairs: nodes.flatMap(({ name: from }) =>
        nodes.filter(({ name }) => name !== from).map(({ name: to }) => ({ from, to, arrived: true })),
      ),
    },
    'nats-permissions': { tries: 12, nodes: nodes.map(({ name }) => ({ node: name, answer: ok([]) })) },
    'nats-canary': { writer: 'nats-1', reader: 'nats-2', answer: ok({ ackMs: 4, readBack: true }) },
    'redis-nodes': redisNodes(),
    'redis-canaries': {
      shards: FLEET.environment.redis.endpoints.slice(0, 3).map(({ host, port }) => ({
        primary: `${host}:${port}`,
        answer: ok({ replicas: 1, replica: `${host}:${port + 3}`, readBack: true }),
      })),
    },
    'redis-listeners': {
      nodes: FLEET.environment.redis.endpoints.map((node) => ({
        node,
        served: ok({ protocol: 'TLSv1.3', leaf: served().leaf, ours: true }),
        tries: REDIS_STRANGERS.map((stranger) => ({
          stranger,
          answer: ok({ refused: true, how: 'closed' }),
        })),
      })),
    },
    instances: FLEET.services.flatMap((service) =>
      [1, 2].map((n) => ({
        service: service.name,
        id: `${service.name}-${n}`,
        version: '1.0.0',
        taskArn: task(service, n).arn,
        revision: undefined,
        imageDigest: digest(service),
      })),
    ),
    contracts: FLEET.services
      .filter(({ probe }) => probe !== undefined)
      .map((service) => ({
        service: service.name,
        subject: service.endpoints[0]?.subject ?? '',
        replies: nodes.map(({ name }) => ({ through: name, outcome: 'ok', why: '' })),
        instances: [1, 2].map((n) => ({
          id: `${service.name}-${n}`,
          taskArn: task(service, n).arn,
          served: 3,
          failed: 0,
          clockAhead: 0,
        })),
      })),
    gateway: {
      ready: ok(gatewayAnswer('ready')),
      route: {
        ...{ service: 'settings', path: '/settings/get', tasks: ['gateway-task-1', 'gateway-task-2'] },
        answers: ok(
          [1, 2].map((n) =>
            gatewayAnswer({ settings: [{ key: 'language', isDefault: true, value: 'en' }] }, n),
          ),
        ),
      },
    },
    alarms: {
      metric: alarmsOf(FLEET, FLEET.services).map(alarmState),
      paging: pagingAlarms(FLEET, FLEET.services, () => true).map(pagingState),
      telling: pagingAlarms(FLEET, FLEET.services, () => true).map(pagingState),
      mutes: [],
      origins: { containerInsights: 'enabled', published: true },
    },
    'alert-topic': {
      arn: topicArn(FLEET.environment),
      subscribers: [{ protocol: 'email', endpoint: 'ops@example.com', confirmed: true }],
      delivered: undefined,
      failed: undefined,
    },
  };
}

export function gatewayAnswer(body: unknown, taskNumber = 1, status = 200): RouteAnswer {
  return { status, body, task: `gateway-task-${taskNumber}` };
}

/** As `collect` would hand it over. */
export function asSet(evidence: Partial<Evidence>): EvidenceSet {
  return Object.fromEntries(
    Object.entries(evidence).map(([source, value]) => [source, { evidence: value, at: NOW }]),
  );
}

export function service(name: string): Service {
  return FLEET.services.find((candidate) => candidate.name === name) as Service;
}

export function task(of: Service, n: number): TaskState {
  const name = `${of.name}-task-${n}`;
  return {
    arn: `arn:aws:ecs:us-east-1:000000000000:task/cluster/${name}`,
    id: name,
    ecsService: of.ecsService,
    taskDefinition: taskDefinition(of),
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    health: 'HEALTHY',
    startedBy: 'ecs-svc/1',
    address: `127.64.0.${n}`,
    createdAt: new Date(NOW.getTime() - DAY),
    startedAt: new Date(NOW.getTime() - DAY),
    stoppedAt: undefined,
    stopCode: undefined,
    stoppedReason: undefined,
    containers: [
      {
        name: of.ecsService,
        image: undefined,
        imageDigest: digest(of),
        lastStatus: 'RUNNING',
        health: 'HEALTHY',
        exitCode: undefined,
        reason: undefined,
      },
    ],
  };
}

/** A task that failed so many minutes ago. */
export function failedTask(of: Service, n: number, minutes: number): TaskState {
  return {
    ...task(of, n),
    id: `failed-${n}`,
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    stoppedAt: new Date(NOW.getTime() - minutes * 60_000),
  };
}

export function serviceState(of: Service): ServiceState {
  return {
    name: of.ecsService,
    arn: `arn:aws:ecs:us-east-1:000000000000:service/cluster/${of.ecsService}`,
    status: 'ACTIVE',
    taskDefinition: taskDefinition(of),
    desired: 2,
    running: 2,
    pending: 0,
    createdAt: NOW,
    deployments: [
      {
        id: 'ecs-svc/1',
        status: 'PRIMARY',
        taskDefinition: taskDefinition(of),
        desired: 2,
        running: 2,
        pending: 0,
        failedTasks: 0,
        rollout: 'COMPLETED',
        rolloutReason: 'completed',
        createdAt: NOW,
        updatedAt: NOW,
      },
    ],
    currentServiceDeployment: undefined,
    events: [],
    ...serviceSettings(FLEET),
  };
}

function nodeOf(name: string) {
  return FLEET.environment.nats.nodes.find((node) => node.name === name) as NatsNode;
}

export function issued(age = 1, life = 90): Issued {
  return { issuedAt: '2026-02-28T12:00:00Z', issuedBy: 'ann@laptop', leaf: served(age, life).leaf };
}

/** A task’s, with the certificate that was issued. */
function connection(of: Service, node: string): LiveConnection {
  return {
    ...{ node, cid: 7, name: of.name, user: of.user, start: new Date(NOW.getTime() - DAY), chain: [] },
    ...{ address: '127.0.0.1:1', library: 'nats.js 2.29.3', tls: '1.3' },
    leaf: 'abcd',
    subscriptions: [
      { subject: '$SRV.PING', queue: '' },
      ...of.endpoints.map(({ subject }) => ({ subject, queue: of.queueGroup ?? '' })),
    ],
  };
}

export function served(age = 1, life = 90): Served {
  return {
    protocol: 'TLSv1.3',
    untrusted: undefined,
    leaf: {
      subject: 'CN=nats',
      issuer: 'CN=issuer',
      serial: '01',
      dns: ['localhost'],
      ip: ['127.0.0.1'],
      authority: false,
      usages: [SERVER_AUTH, CLIENT_AUTH],
      notBefore: new Date(NOW.getTime() - age * DAY),
      notAfter: new Date(NOW.getTime() + (life - age) * DAY),
      fingerprint: 'AB:CD',
      key: 'RSA 2048',
    },
  };
}

/** An alarm as it was put a day ago, in OK since then. */
export function alarmState(alarm: AlarmDefinition): AlarmState {
  const { metric, statistic, period, evaluationPeriods, comparison, threshold, treatMissingData } = alarm;
  const { unit: _, ...watched } = metric;
  return {
    ...{ statistic, period, evaluationPeriods, comparison, threshold, treatMissingData },
    ...foundAlarm(alarm),
    metric: structuredClone(watched),
    unit: undefined,
    datapointsToAlarm: evaluationPeriods,
  };
}

export function pagingState(alarm: PagingAlarm): CompositeState {
  return { ...foundAlarm(alarm), rule: alarm.rule };
}

function foundAlarm({ name, description, actions }: Pick<PagingAlarm, 'name' | 'description' | 'actions'>) {
  return {
    ...{ name, description },
    arn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`,
    actionsEnabled: true,
    actions: structuredClone(actions),
    state: 'OK',
    reason: 'Threshold Crossed',
    since: new Date(NOW.getTime() - DAY),
    configuredAt: new Date(NOW.getTime() - DAY),
  };
}

function policy({ ecsService, scaling }: Service, metric: ScalingMetric): PolicyState {
  return {
    ...{ ecsService, metric, name: policyName(metric), target: scaling[metric], scalesIn: true },
    alarms: ['AlarmHigh', 'AlarmLow'].map((kind) => `TargetTracking-${ecsService}-${metric}-${kind}`),
    tracking: undefined,
  };
}

function stream(of: Service, n: number): string {
  return `${of.ecsService}/${of.ecsService}/${task(of, n).id}`;
}

function taskDefinition({ ecsService }: Service): string {
  return `arn:aws:ecs:us-east-1:000000000000:task-definition/${ecsService}:1`;
}

function digest({ name }: Service): string {
  return `sha256:${name}`;
}

export function id(node: string): string {
  return `ID-${node}`;
}

export function route(to: string) {
  return { remote_id: id(to), did_solicit: true };
}

const LEADER = 'nats-1';

function meta(node: string): NonNullable<Jsz['meta_cluster']> {
  const names = FLEET.environment.nats.nodes.map(({ name }) => name);
  const replicas = names
    .filter((name) => name !== LEADER)
    .map((name) => ({ name, current: true, active: 1_000_000 }));
  return { leader: LEADER, cluster_size: names.length, ...(node === LEADER && { replicas }) };
}

/** Three nodes hold each stream, and the first of all leads. */
function streamsOf(node: string): StreamDetail[] {
  const holders = FLEET.environment.nats.nodes.slice(0, 3).map(({ name }) => name);
  if (!holders.includes(node)) return [];
  return FLEET.nats.streams.map((stream) => ({
    config: streamConfig(stream),
    state: letters(stream) ? { ...nothing } : { messages: 3, bytes: 300, consumer_count: 0 },
    consumer_detail: consumersOf(stream, LEADER),
    cluster: {
      leader: LEADER,
      replicas: holders
        .filter((name) => name !== node)
        .map((name) => ({ name, current: node === LEADER, active: 1_000_000 })),
    },
  }));
}

const nothing = { messages: 0, bytes: 0, consumer_count: 0 };

function letters({ name }: { name: string }): boolean {
  return name === 'DLQ';
}

/** The durable ones that services of the definition name. */
function consumersOf({ name }: { name: string }, leader: string): ConsumerDetail[] {
  return FLEET.services
    .flatMap(({ consumes }) => consumes)
    .filter(({ stream, durable }) => stream === name && durable !== '*')
    .map(({ durable }) => ({
      ...{ name: durable, num_ack_pending: 0, num_redelivered: 0, num_pending: 0, cluster: { leader } },
      created: NOW.toISOString(),
    }));
}

const SLOTS = ['0-5460', '5461-10922', '10923-16383'];

/** Three primaries, then their replicas, as the layout has them. */
function redisNodes(): Evidence['redis-nodes'] {
  const endpoints = FLEET.environment.redis.endpoints;
  const table: ClusterNode[] = endpoints.map(({ host, port }, i) => ({
    id: `node-${i}`,
    host,
    port,
    flags: [i < 3 ? 'master' : 'slave'],
    primary: i < 3 ? undefined : `node-${i - 3}`,
    linked: true,
    epoch: (i % 3) + 1,
    slots: i < 3 ? [SLOTS[i] as string] : [],
    migrating: [],
  }));
  return {
    nodes: endpoints.map((node, i) => ({
      node,
      answer: ok({
        info: {
          state: 'ok',
          slotsAssigned: 16384,
          slotsOk: 16384,
          slotsPfail: 0,
          slotsFail: 0,
          knownNodes: 6,
          size: 3,
          epoch: 6,
        },
        nodes: structuredClone(table),
        ...{ runId: `run-${i}`, uptime: 86_400, clients: 50, commands: 1e6 },
        replication: {
          role: i < 3 ? 'master' : 'slave',
          linkUp: i >= 3,
          syncing: false,
          offset: 1000,
          backlogSize: 1_048_576,
          replicas:
            i < 3
              ? [
                  {
                    ...(endpoints[i + 3] as (typeof endpoints)[number]),
                    state: 'online',
                    offset: 990,
                    lag: 0,
                  },
                ]
              : [],
        },
        persistence: { snapshot: 'ok', append: 'ok', rewrite: 'ok' },
        memory: { used: 1e6, max: 64e6, machine: 8e9, policy: 'allkeys-lru', fragmentation: 2, evicted: 0 },
      }),
    })),
  };
}
