/** A member of a group that keeps something together, as the group's leader sees it. */
export interface Replica {
  name: string;
  current: boolean;
  offline?: boolean;
  /** Nanoseconds since it was heard. */
  active: number;
  /** Operations that it is behind. */
  lag?: number;
}

/** Nanoseconds: heartbeats come every second. */
const MAX_SILENCE = 5_000_000_000;
/** Operations. */
const MAX_LAG = 200;

/** It would take over at once, with everything that was stored. */
export function isInStep({ current, offline, active, lag = 0 }: Replica): boolean {
  return current && !offline && active < MAX_SILENCE && lag < MAX_LAG;
}
