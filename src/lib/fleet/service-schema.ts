import * as z from 'zod';
import { alarmsSchema, healthSchema, scalingSchema } from './fleet-schema.ts';

/** The schema of `services/<name>/service.yaml`: one service's contract, state and probe. */

const requestSubject = z
  .string()
  .regex(
    /^svc(\.[a-z0-9_]+)+\.v\d+\.[a-z0-9_]+$/,
    'svc.<domain>.v<N>.<operation> in lower case, no wildcards',
  );
const eventSubject = z.string().regex(/^evt(\.[a-z0-9_]+)+\.v\d+$/, 'evt.<domain>.<what>.v<N>');
/** Of services that pass on what others name: events, what could not be delivered, callbacks. */
const passedOn = z.enum(['evt.>', 'dlq.>', 'cb.>']);
export const ROUTES = 'routes';
const messageType = z.string().regex(/^[a-z0-9_.]+\.[A-Z]\w*$/, 'package.v1.Message');

const routeSchema = z.strictObject({
  path: z.string().regex(/^(\/([a-z0-9_-]+|\{[a-z_]+\}))+$/, '/domain/operation, parameters in braces'),
  aliases: z.array(z.string().regex(/^(\/([a-z0-9_-]+|\{[a-z_]+\}))+$/)).default([]),
  /** Two endpoints may share a path: this one is meant when the field of the request is true, `params.stream`. */
  when: z
    .string()
    .regex(/^[a-zA-Z]\w*(\.[a-zA-Z]\w*)*$/, 'a field of the request in JSON, with dots between')
    .optional(),
  auth: z.enum(['session', 'none']).default('session'),
});

/** Seconds. */
const TIMEOUT = 2;
/** Whoever may be asked twice is waited for while another node takes over: see docs/decisions/state-away.md. */
const TIMEOUT_IF_IDEMPOTENT = 10;

const endpointFields = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  subject: requestSubject,
  request: messageType,
  response: messageType,
  idempotent: z.boolean().default(false),
  streaming: z.boolean().default(false),
  /** Seconds a caller waits: 10 where it is idempotent, else 2. */
  timeout: z.number().positive().max(300).optional(),
  route: routeSchema.optional(),
});

const endpointSchema = endpointFields.transform((endpoint) => ({
  ...endpoint,
  timeout: endpoint.timeout ?? (endpoint.idempotent ? TIMEOUT_IF_IDEMPOTENT : TIMEOUT),
}));

export const serviceSchema = z.strictObject({
  purpose: z.string().min(1),
  kind: z.enum(['nats', 'gateway']).default('nats'),
  /** Where the name that `aws.serviceName` would make is not the one in use. */
  ecsService: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional(),
  logGroup: z.string().startsWith('/').optional(),
  /** File name under templates/task-defs. */
  template: z
    .string()
    .regex(/^[\w.-]+\.json$/)
    .optional(),
  port: z.number().int().min(1).max(65535).optional(),
  proto: z
    .string()
    .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)*\.v\d+$/)
    .optional(),
  queueGroup: z
    .string()
    .regex(/^[a-z0-9_.-]+$/)
    .optional(),
  endpoints: z.array(endpointSchema).default([]),
  /** `routes` is every endpoint of the other services that has a route, for one that passes requests on. */
  calls: z.array(requestSubject.or(z.enum(['svc.>', ROUTES]))).default([]),
  /** It asks all instances of the fleet how they do, and knows from the definition who they should be. */
  discovers: z.boolean().default(false),
  /** It speaks messages that it knows by name alone: the contracts of the whole fleet are in its image. */
  contracts: z.boolean().default(false),
  publishes: z.array(eventSubject.or(passedOn)).default([]),
  /** It is called back, by services that it has told to: it may listen to cb.<its name>.> */
  callbacks: z.boolean().default(false),
  consumes: z
    .array(
      z.strictObject({
        stream: z.string(),
        /** `*` for a service that makes consumers for others. */
        durable: z.string().regex(/^([A-Za-z0-9_-]+|\*)$/, 'a durable consumer, or *'),
      }),
    )
    .default([]),
  state: z
    .strictObject({
      kv: z.array(z.string().regex(/^[A-Za-z0-9_-]+$/)).default([]),
      /** Seconds after which keys of a bucket expire; those of others never do. */
      expire: z.record(z.string(), z.number().int().min(120)).optional(),
      stream: z.array(z.string()).default([]),
      redisPrefix: z
        .string()
        .regex(/^[a-z0-9-]+:$/)
        .optional(),
    })
    .refine(({ kv, expire = {} }) => Object.keys(expire).every((bucket) => kv.includes(bucket)), {
      path: ['expire'],
      error: 'names a bucket that is not in kv',
    })
    .prefault({}),
  /** A request without side effects, and what the reply must at least hold. */
  probe: z
    .strictObject({
      endpoint: z.string(),
      request: z.record(z.string(), z.unknown()),
      expect: z.record(z.string(), z.unknown()).default({}),
    })
    .optional(),
  resources: z
    .strictObject({
      cpu: z.number().int().positive(),
      memory: z.number().int().positive(),
      desired: z.number().int().min(0),
      health: healthSchema,
      scaling: scalingSchema,
      alarms: alarmsSchema,
    })
    .partial()
    .default({}),
});

export type ServiceDocument = z.infer<typeof serviceSchema>;
export type EndpointDocument = z.infer<typeof endpointSchema>;
