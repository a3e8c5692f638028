import * as z from 'zod';
import { PINNED_IMAGE } from './image-reference.ts';

/** The schema of `gsys.yaml`: what a fleet is called, where it lives, and what its parts default to. */

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens, starting with a letter');
const seconds = z.number().int().positive();
const arn = z.string().regex(/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/, 'an ARN');
const glob = z.string().min(1);
const hostPort = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'host:port');
const subjectFilter = z
  .string()
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_*-]+)*(\.>)?$/, 'a NATS subject, wildcards allowed');

/** ECS's own ranges: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html (seconds). */
export const healthSchema = z.strictObject({
  interval: z.number().int().min(5).max(300),
  timeout: z.number().int().min(2).max(60),
  retries: z.number().int().min(1).max(10),
  startPeriod: z.number().int().min(0).max(300),
});

export const scalingSchema = z.strictObject({
  min: z.number().int().min(0),
  max: z.number().int().min(1),
  /** Target tracking: percent of the service's reservation. */
  cpu: z.number().min(1).max(100),
  memory: z.number().min(1).max(100),
});

/** CloudWatch's own: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (seconds). */
const alarmWindow = {
  period: z
    .number()
    .int()
    .refine((period) => [10, 20, 30].includes(period) || (period > 0 && period % 60 === 0), {
      error: '10, 20, 30 or a multiple of 60',
    }),
  evaluationPeriods: z.number().int().min(1),
};

export const alarmsSchema = z.strictObject({
  /** Percent above which the alarm fires. */
  cpu: z.number().min(1).max(100),
  memory: z.number().min(1).max(100),
  ...alarmWindow,
  /** Of the alarm on running tasks, which is to be told sooner. */
  tasks: z.strictObject(alarmWindow).default({ period: 60, evaluationPeriods: 3 }),
  /** Lines of level error and above, a minute. */
  errorLogs: z.number().min(0).default(10),
});

/** What is watched of the fleet as a whole; above each it fires, of the days below. */
export const watchSchema = z.strictObject({
  /** Answers of the gateway with 500 and above, a minute. */
  gatewayErrors: z.number().min(0).default(10),
  /** Milliseconds that the gateway takes to answer the probe of a service. */
  gatewayLatency: z.number().positive().default(1000),
  /** That the certificate which ends first has left: a leaf of 30 days is renewed when it has 10. */
  certificateDays: z.number().positive().default(7),
  /** Percent of what a NATS node may store, and of what a Redis node may hold. */
  jetstream: z.number().min(1).max(100).default(80),
  redisMemory: z.number().min(1).max(100).default(80),
  /** Keys between two looks. */
  redisEvictions: z.number().min(0).default(0),
  /** Messages that wait in the stream of dead letters. */
  deadLetters: z.number().min(0).default(10),
});

/** Seconds between two runs of `gsys alarms publish` on somebody's schedule; 0: nobody runs it. */
const publishEvery = z
  .number()
  .int()
  .refine((every) => [0, 10, 20, 30].includes(every) || (every > 0 && every % 60 === 0), {
    error: '0, 10, 20, 30 or a multiple of 60',
  });

/** https://docs.nats.io/nats-concepts/jetstream/streams#configuration; ages and windows in seconds, sizes in bytes. */
export const streamSchema = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'upper-case letters, digits and underscores'),
  subjects: z.array(subjectFilter).min(1),
  retention: z.enum(['limits', 'workqueue', 'interest']).default('limits'),
  storage: z.enum(['file', 'memory']).default('file'),
  /** What goes when the stream is full: the oldest message, or the new one. */
  discard: z.enum(['old', 'new']).default('old'),
  maxAge: seconds,
  maxMessageBytes: z.number().int().positive(),
  maxBytes: z.number().int().positive().optional(),
  maxConsumers: z.number().int().positive().optional(),
  replicas: z.number().int().min(1).max(5).default(3),
  /** Within it a message id is taken once. */
  duplicateWindow: seconds.default(120),
});

const releaseSchema = z.strictObject({
  canary: z.array(name).default([]),
  waveSize: z.number().int().min(1).default(5),
  bakeSeconds: z.number().int().min(0).default(120),
  /** False where nobody can ask the tasks: then ECS's word alone lets a release go on. */
  answers: z.boolean().default(true),
  /** Of the desired count, tasks that stay healthy and tasks that there may be while ECS replaces them. */
  minimumHealthyPercent: z.number().int().min(0).max(100).default(100),
  maximumPercent: z.number().int().min(100).max(200).default(200),
});

/** What stands under the services' own layers. */
const imageSchema = z.strictObject({
  /** An image with a Node in its PATH, in the environment's own registry. A tag could be moved. */
  base: z.string().regex(PINNED_IMAGE, '<repositoryUri>@sha256:<64 hexadecimal digits>'),
  /** Major version of that Node, where the base does not say so itself (NODE_VERSION). */
  node: z.number().int().min(20, 'services need Node 20 or newer').optional(),
  /** Of the tasks; chosen from the base where that is an index of several. */
  architecture: z.enum(['amd64', 'arm64']).default('amd64'),
});

const embeddedSchema = z.strictObject({
  platform: z.literal('embedded'),
  /** Chooses ports and task addresses, so that several platforms run side by side on one machine. */
  slot: z.number().int().min(0).max(63).default(0),
  protected: z.boolean().default(false),
  /** Without it, this machine's Node stands under the services. */
  image: imageSchema.optional(),
  publishEvery: publishEvery.default(0),
  release: releaseSchema.prefault({}),
});

const keyPairSchema = z.strictObject({ cert: z.string(), key: z.string() });

const cloudSchema = z.strictObject({
  platform: z.literal('aws').default('aws'),
  /** GetCallerIdentity must answer this. */
  account: z.string().regex(/^\d{12}$/, 'twelve digits, quoted'),
  profile: z.string().optional(),
  region: z.string().optional(),
  /** Another AWS-compatible endpoint; AWS_ENDPOINT_URL is ignored. */
  endpoint: z.url().optional(),
  protected: z.boolean().default(false),
  network: z.strictObject({
    subnets: z.array(z.string().regex(/^subnet-/)).min(1),
    securityGroups: z.array(z.string().regex(/^sg-/)).min(1),
    assignPublicIp: z.boolean().default(false),
  }),
  /** `runner`: of the task that gsys itself runs in for --in-vpc; it may do what a person with gsys may. */
  roles: z.strictObject({ execution: arn, task: arn, runner: arn.optional() }),
  gateway: z.strictObject({ url: z.url(), targetGroupArn: arn.optional() }),
  nats: z.strictObject({
    clientUrls: z.array(z.string().regex(/^(nats|tls):\/\/[^\s/]+:\d+$/, 'tls://host:port')).min(1),
    transport: z.enum(['ssm', 'ssh', 'local']),
    ssh: z
      .strictObject({
        user: z.string().optional(),
        port: z.number().int().min(1).max(65535).optional(),
        knownHosts: z.string().optional(),
        identity: z.string().optional(),
      })
      .default({}),
    /** On each node: where its configuration, pid file and `tls/` are; `{node}` is its name. */
    folder: z
      .string()
      .regex(/^\/[\w./{}-]+$/, 'an absolute path of letters, digits and ._-/{}')
      .default('/etc/nats-server'),
    /** On each node, for JetStream; `{folder}` is the folder above, `{node}` its name. */
    storeDir: z
      .string()
      .regex(/^(\/|\{folder\}\/)[\w./{}-]+$/, 'an absolute path, or one below {folder}/')
      .default('{folder}/jetstream'),
    /** JetStream's on each node, bytes: 10 GiB of disk and 256 MiB of memory. A server that has more must be restarted to have less. */
    maxFile: z
      .number()
      .int()
      .positive()
      .default(10 * 1024 ** 3),
    maxMemory: z
      .number()
      .int()
      .positive()
      .default(256 * 1024 ** 2),
    /** Of each node's monitoring, on 127.0.0.1. */
    monitorPort: z.number().int().min(1).max(65535).default(8222),
    nodes: z
      .array(
        z.strictObject({
          name,
          host: z.string().min(1),
          az: z.string().min(1),
          instanceId: z
            .string()
            .regex(/^i-[0-9a-f]+$/)
            .optional(),
          clientPort: z.number().int().min(1).max(65535).default(4222),
          routePort: z.number().int().min(1).max(65535).default(6222),
          /** Where it is another one than all others': of several on one machine. */
          monitorPort: z.number().int().min(1).max(65535).optional(),
        }),
      )
      .min(1),
  }),
  redis: z.strictObject({
    /** With the zone that a node is in, where that is known: a replica beside its primary is lost with it. */
    endpoints: z.array(z.union([hostPort, z.strictObject({ at: hostPort, az: z.string().min(1) })])).min(1),
    tls: z.boolean(),
    /** Name of the Secrets Manager secret that holds the AUTH token. */
    authSecret: z.string().optional(),
  }),
  /** gsys's own identities; files, relative to gsys.yaml. */
  operator: z.strictObject({ ca: z.string(), ...keyPairSchema.shape, system: keyPairSchema }).optional(),
  image: imageSchema.optional(),
  publishEvery: publishEvery.default(60),
  release: releaseSchema.prefault({}),
});

export const fleetSchema = z.strictObject({
  fleet: name,
  /** A FileDescriptorSet, built by buf; gsys and the gateway turn JSON into protobuf by it. */
  contracts: z.string(),
  defaultEnvironment: name,
  aws: z.strictObject({
    region: z.string(),
    cluster: z.string(),
    registryNamespace: z.string(),
    serviceName: z.string().includes('{service}', { error: 'a name that contains {service}' }),
    logGroup: z.string().startsWith('/'),
    alertsTopic: z.string(),
    foreign: z.array(glob).default([]),
  }),
  nats: z.strictObject({
    cluster: name,
    /** Of the fleet, with its streams, and of the servers. One that ran without accounts is in `$G` and `$SYS`. */
    accounts: z
      .strictObject({
        fleet: z
          .string()
          .regex(/^(\$G|[A-Z][A-Z0-9_-]*)$/, '$G, or upper-case letters and digits')
          .default('FLEET'),
        system: z
          .string()
          .regex(/^(\$SYS|[A-Z][A-Z0-9_-]*)$/, '$SYS, or upper-case letters and digits')
          .default('SYS'),
      })
      .default({ fleet: 'FLEET', system: 'SYS' }),
    /** Bytes; no stream may allow larger messages. */
    maxPayload: z
      .number()
      .int()
      .min(1024)
      .max(8 * 1024 * 1024)
      .default(1024 * 1024),
    streams: z.array(streamSchema).default([]),
  }),
  redis: z.strictObject({
    shards: z.number().int().min(3),
    replicasPerShard: z.number().int().min(0).max(5),
  }),
  defaults: z.strictObject({
    cpu: z.number().int().positive(),
    memory: z.number().int().positive(),
    desired: z.number().int().min(0),
    health: healthSchema,
    scaling: scalingSchema,
    alarms: alarmsSchema,
  }),
  watch: watchSchema.prefault({}),
  environments: z.record(name, z.discriminatedUnion('platform', [embeddedSchema, cloudSchema])),
});

export type StreamDocument = z.infer<typeof streamSchema>;
export type FleetDocument = z.infer<typeof fleetSchema>;
export type EnvironmentDocument = FleetDocument['environments'][string];
