import { Code, FAULT_OF, ServiceError } from '../sdk/errors.ts';

/** As long as nobody knows better; milliseconds. */
const RETRY_AFTER_MS = 5_000;

/**
 * A provider does not do what it is there for; asking later may help, asking otherwise will not. It says whose fault it
 * is: callers would take it for ours, and after five of them ask nobody here for a minute, whatever model they want.
 */
export class Outage extends ServiceError {
  constructor(
    provider: string,
    what: string,
    { cause, details }: { cause?: unknown; details?: Record<string, string> } = {},
  ) {
    super(Code.UNAVAILABLE, `The provider ${provider} ${what}.`, {
      details: { provider, [FAULT_OF]: provider, retryAfterMs: String(RETRY_AFTER_MS), ...details },
      cause,
    });
  }
}

/** It says nothing for longer than it was given. */
export class Silence extends Outage {
  readonly waitedMs: number;
  constructor(provider: string, waitedMs: number) {
    super(provider, `says nothing for ${Math.round(waitedMs)} ms`);
    this.waitedMs = waitedMs;
  }
}
