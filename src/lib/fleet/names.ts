/** What gsys keeps in AWS about a fleet is named here, so that writer and reader cannot disagree. */

/** Log group with one stream per release, one event per step. */
export function releasesLogGroup(fleet: string): string {
  return `/gsys/${fleet}/releases`;
}

/** Tag on everything that gsys makes; only what carries it is ever removed. */
export const FLEET_TAG = 'gsys:fleet';
