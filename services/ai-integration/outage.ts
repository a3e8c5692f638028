import { Code, ServiceError } from '../sdk/errors.ts';

/** As long as nobody knows better; milliseconds. */
const RETRY_AFTER_MS = 5_000;

/**
 * A provider does not do what it is there for; asking later may help, asking otherwise will not. It is no UNAVAILABLE:
 * callers would take that for ours, and after five of them ask nobody here for a minute, whatever model they want.
 */
export class Outage extends ServiceError {
  constructor(
    provider: string,
    what: string,
    { cause, details }: { cause?: unknown; details?: Record<string, string> } = {},
  ) {
    super(Code.RESOURCE_EXHAUSTED, `The provider ${provider} ${what}.`, {
      details: { provider, retryAfterMs: String(RETRY_AFTER_MS), ...details },
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
