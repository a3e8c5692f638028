/**
 * Stands between a call that was understood and its operation: request limits and injected faults are gates.
 * It may wait (a slow endpoint), throw an AwsError (throttled, failed), or have the answer spoiled.
 */
export type Gate = (call: GatedCall) => Promise<Spoiling | undefined> | Spoiling | undefined;

export interface GatedCall {
  /** `ecs`, `logs`, …: the service's id in the credential scope. */
  service: string;
  operation: string;
  /** Decoded. */
  input: unknown;
}

/**
 * `half`: the connection ends in the middle of the body. `html`: what proxies and emulators answer. `hang`: nothing.
 * `strange`: states have names that nobody knows, as of an API that is newer than its client.
 */
export type Spoiling = 'half' | 'html' | 'hang' | 'strange';
