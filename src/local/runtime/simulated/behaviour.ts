import * as z from 'zod';
import { StartError } from '../runtime.ts';

const seconds = z.number().min(0);

/** What `GSYS_SIMULATE`, a JSON object in a container's environment, may ask for. Times count from its start. */
const schema = z.strictObject({
  /** Health checks pass from then on. */
  healthyAfter: seconds.default(1),
  /** Health checks fail from then on. */
  unhealthyAfter: seconds.optional(),
  /** It ends by itself then, with `exitCode`. */
  exitAfter: seconds.optional(),
  exitCode: z.number().int().min(0).max(255).default(0),
  /** Why it cannot be started at all. */
  startError: z.string().optional(),
  /** How long it takes to end when asked to; longer than the stop timeout means SIGKILL, 137. */
  stopTakes: seconds.default(0),
  /** CPU units that it keeps using, 1024 for a core; and MiB. */
  cpu: z.number().min(0).default(5),
  memory: z.number().min(0).default(64),
  /** A line each so many seconds. */
  logEvery: z.number().min(0.1).optional(),
  line: z.string().default('simulated'),
});

export type Behaviour = z.infer<typeof schema>;

export const SIMULATE = 'GSYS_SIMULATE';

/** @throws StartError that names every mistake */
export function readBehaviour(environment: Record<string, string>): Behaviour {
  let value: unknown;
  try {
    value = JSON.parse(environment[SIMULATE] || '{}');
  } catch {
    throw new StartError('CannotStartContainerError', `${SIMULATE} is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw new StartError('CannotStartContainerError', `${SIMULATE}: ${mistakes.join('; ')}`);
}
