import type { Fleet } from '../fleet/fleet.ts';
import type { DeployStep } from './events.ts';
import type { Entry } from './journal.ts';
import type { HeldLock } from './lock.ts';
import type { ReleaseSources } from './sources.ts';
import type { StopWatch } from './stop-watch.ts';
import type { Watching } from './watching.ts';

/** What a release works with once it holds the lock. */
export interface ReleaseContext {
  fleet: Fleet;
  sources: ReleaseSources;
  lock: HeldLock;
  watching: Watching;
  stops: StopWatch;
  signal: AbortSignal | undefined;
  /** On record first, then to whoever watches. */
  tell(step: DeployStep): Promise<void>;
  /** On record alone: what another machine needs to go on. */
  note(...entries: Entry[]): Promise<void>;
  /** Whether somebody has asked to stop when this wave is over. */
  asked(): boolean;
}
