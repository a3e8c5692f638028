import * as z from 'zod';

/** Everything that can be broken on purpose; `rules.ts` says on what, and with which parameters. */
export const FAULT_KINDS = [
  'freeze',
  'kill',
  'isolate',
  'delay',
  'throttle',
  'error',
  'half',
  'html',
  'hang',
  'strange',
  'clock',
  'full-disk',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export const parametersSchema = z.strictObject({
  /** Milliseconds that a round trip takes longer, and how much more at most, by chance. */
  ms: z.int().min(1).max(600_000).optional(),
  jitter: z.int().min(1).max(600_000).optional(),
  /** Share of the calls that it hits: above 0, at most 1. */
  rate: z.number().gt(0).max(1).optional(),
  /** What a failing operation answers: AWS's error code, and the HTTP status. */
  code: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9.]*$/)
    .optional(),
  status: z.int().min(400).max(599).optional(),
  /** Milliseconds that a clock is ahead (behind, if negative). */
  offset: z.int().optional(),
});

export type Parameters = z.infer<typeof parametersSchema>;

/** POST /_gsys/faults. */
export const faultRequestSchema = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  target: z.string(),
  parameters: parametersSchema,
  /** Milliseconds after which it heals by itself. */
  forMs: z.int().min(1).max(86_400_000).optional(),
});

export type FaultRequest = z.infer<typeof faultRequestSchema>;

/** A fault that is in force. */
export const faultSchema = z.object({
  id: z.string(),
  kind: z.enum(FAULT_KINDS),
  target: z.string(),
  /** What the target meant when it was injected: names of nodes, tasks, operations. */
  subjects: z.array(z.string()),
  parameters: parametersSchema,
  since: z.iso.datetime(),
  until: z.iso.datetime().optional(),
});

export type Fault = z.infer<typeof faultSchema>;

export const faultsSchema = z.object({ faults: z.array(faultSchema) });
export const injectedSchema = z.object({ fault: faultSchema });
export const healedFaultsSchema = z.object({ healed: z.array(z.string()) });
