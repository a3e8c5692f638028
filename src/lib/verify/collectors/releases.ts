import { lastReleased, type Released } from '../../release/records.ts';
import type { Collector } from '../collector.ts';

export interface ReleaseEvidence {
  /** What should run: by service, what the newest release that contains it and succeeded left behind. */
  services: Record<string, Released>;
}

export const releases: Collector<'releases'> = {
  id: 'releases',
  budget: 15_000,
  async collect({ fleet, aws }) {
    const names = fleet.services.map(({ name }) => name);
    return { services: Object.fromEntries(await lastReleased(aws.logs, fleet, names)) };
  },
};
