import type { LiveEvent } from '../../aws/live-tail.ts';
import type { Service } from '../../fleet/fleet.ts';
import { prefixOf } from '../read-logs.ts';
import { Coverage } from './coverage.ts';

/** One log group that is followed. */
export interface Target {
  group: string;
  services: Service[];
  /** Of the streams that are read; undefined where several services share the group. */
  prefix: string | undefined;
  coverage: Coverage;
  /** It may yet be made, by the first task. */
  exists: boolean;
  /** Takes what Live Tail shows. */
  show(events: LiveEvent[]): void;
}

/** A target for each group that the services log to. @param start milliseconds since the epoch @param show takes what Live Tail shows */
export function targetsOf(services: Service[], start: number, show: (events: LiveEvent[]) => void): Target[] {
  return [...new Set(services.map(({ logGroup }) => logGroup))].map((group) => {
    const own = services.filter(({ logGroup }) => logGroup === group);
    return {
      ...{ group, services: own, prefix: prefixOf(own), exists: true, show },
      coverage: new Coverage(start),
    };
  });
}
