import { z } from 'zod';

/** The verify document: what `--json` prints and what every view draws. */

/** `unknown`: evidence that should have come did not. `skip`: the fact cannot exist here. */
export const statusSchema = z.enum(['pass', 'warn', 'fail', 'unknown', 'skip']);

export const subjectSchema = z.strictObject({
  kind: z.enum([
    'fleet',
    'service',
    'nats-node',
    'nats-cluster',
    'nats-stream',
    'redis-node',
    'redis-shard',
    'gateway',
  ]),
  name: z.string(),
  ecsService: z.string().optional(),
});

export const findingSchema = z.strictObject({
  /** `<check>/<subject>`: stable from run to run. */
  id: z.string(),
  check: z.string(),
  subject: subjectSchema,
  status: statusSchema,
  message: z.string(),
  expected: z.unknown(),
  observed: z.unknown(),
  /** When the evidence was taken. */
  observedAt: z.iso.datetime(),
  /** Id of the finding that this one follows from. */
  causedBy: z.string().optional(),
  /** Commands to type. */
  remedy: z.array(z.string()).optional(),
  /** Commands that look further, layer by layer; they heal nothing. */
  look: z.array(z.string()).optional(),
  /** Of what is not as it should be: what it means and how to heal it, a path of gsys's repository. */
  runbook: z.string().optional(),
});

/** What became of each trouble since somebody last looked, by ids of findings. */
export const changesSchema = z.strictObject({
  since: z.iso.datetime(),
  new: z.array(z.string()),
  changed: z.array(z.strictObject({ id: z.string(), from: statusSchema, to: statusSchema })),
  /** As it should be now, or not there any more. */
  healed: z.array(z.string()),
  /** Troubles that were there before. */
  same: z.array(z.string()),
});

export const verifySchema = z.strictObject({
  schema: z.literal('gsys/verify/v1'),
  fleet: z.string(),
  environment: z.string(),
  verdict: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
  startedAt: z.iso.datetime(),
  durationMs: z.number().int().min(0),
  counts: z.record(statusSchema, z.number().int().min(0)),
  findings: z.array(findingSchema),
  /** Requests sent to AWS, retries included. */
  apiCalls: z.record(z.string(), z.number().int()),
  /** With --since-last, where there is a last one, and with --watch from the second document on. */
  changes: changesSchema.optional(),
});

export type Status = z.infer<typeof statusSchema>;
export type Subject = z.infer<typeof subjectSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Changes = z.infer<typeof changesSchema>;
export type VerifyDocument = z.infer<typeof verifySchema>;
export type Verdict = VerifyDocument['verdict'];
