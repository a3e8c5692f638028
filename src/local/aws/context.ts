import type { Store } from '../store.ts';

/** What every service of the endpoint stands on. */
export interface AwsContext {
  region: string;
  account: string;
  /** Milliseconds since the epoch. */
  clock(): number;
  /** How many seconds of alarms and of deliveries pass in a real one; 1 unless given. */
  timeScale?: number;
  /** A UUID. */
  randomId(): string;
  store: Store;
  /** For what is too big for the store: log events, image blobs. */
  folder: string;
  /** `host:port` where the endpoint listens; asked only once it does. */
  host(): string;
  /** Failures that no caller waits for. */
  onError(error: unknown): void;
}
