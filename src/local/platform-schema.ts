import * as z from 'zod';
import { faultSchema } from './faults/fault.ts';
import { RUNTIMES } from './supervisor/options.ts';

const pid = z.number().int().positive();
const port = z.number().int().min(1).max(65535);

/** `gsys local status --json`. A `pid` that is absent means that the process is down. */
export const localStatusSchema = z.object({
  schema: z.literal('gsys/local-status/v1'),
  endpoint: z.url(),
  region: z.string(),
  runtime: z.enum(RUNTIMES),
  /** Whether the endpoint throttles as AWS does. */
  awsLimits: z.boolean(),
  supervisor: z.object({ pid }),
  operator: z.object({ certFile: z.string(), keyFile: z.string(), caFile: z.string() }),
  nats: z.array(
    z.object({
      name: z.string(),
      pid: pid.optional(),
      clientUrl: z.string(),
      monitorUrl: z.string(),
      routePort: port,
      configFile: z.string(),
      certFile: z.string(),
      keyFile: z.string(),
      caFile: z.string(),
    }),
  ),
  redis: z.array(
    z.object({
      name: z.string(),
      pid: pid.optional(),
      port,
      role: z.enum(['primary', 'replica', 'unknown']),
      /** From 1, in the order of the slots. */
      shard: z.number().int().positive().optional(),
    }),
  ),
  tasks: z.array(
    z.object({
      service: z.string().optional(),
      ecsService: z.string().optional(),
      taskArn: z.string(),
      taskDefinition: z.string(),
      lastStatus: z.string(),
      healthStatus: z.string(),
      pid: pid.optional(),
      containerId: z.string().optional(),
      healthUrl: z.string().optional(),
    }),
  ),
  gatewayUrl: z.url(),
  /** Injected by `gsys local fault`, and in force. */
  faults: z.array(faultSchema),
});

/** platform.json: the same, and what lets the next command talk to the supervisor. */
export const platformFileSchema = localStatusSchema.extend({ token: z.string().min(1) });

/** What the supervisor answers to POST /_gsys/heal: the names of the nodes that it started. */
export const healedSchema = z.object({ healed: z.array(z.string()) });

export type LocalStatus = z.infer<typeof localStatusSchema>;
export type PlatformFile = z.infer<typeof platformFileSchema>;
