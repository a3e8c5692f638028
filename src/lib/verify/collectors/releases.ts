import { releasesLogGroup } from '../../fleet/names.ts';
import type { Collector } from '../collector.ts';

/** What should run of a service: what the newest release that contains it, and succeeded, left behind. */
export interface ReleasedService {
  service: string;
  release: string;
  taskDefinition: string;
  imageDigest: string;
}

export interface ReleaseEvidence {
  /** One for each service that a release among the last ones has left running. */
  services: ReleasedService[];
}

/** How far back the search goes; the first release that holds every service ends it, which is often the newest. */
const RELEASES = 50;
/** Streams read at once after the newest. */
const STEP = 5;

export const releases: Collector<'releases'> = {
  id: 'releases',
  budget: 15_000,
  async collect({ fleet, aws }) {
    const group = releasesLogGroup(fleet.name);
    const wanted = fleet.services.map(({ name }) => name);
    const names = await aws.logs.streamNames(group, RELEASES);
    const found = new Map<string, ReleasedService>();
    for (let from = 0; from < names.length && wanted.some((name) => !found.has(name)); ) {
      const slice = names.slice(from, from + (from === 0 ? 1 : STEP));
      from += slice.length;
      const ends = await Promise.all(slice.map((name) => aws.logs.tail(group, name, 1)));
      for (const [i, end] of ends.entries()) {
        for (const service of succeeded(slice[i] ?? '', end.at(-1)?.message))
          if (!found.has(service.service)) found.set(service.service, service);
      }
    }
    return { services: [...found.values()] };
  },
};

interface ResultEvent {
  type?: string;
  outcome?: string;
  services?: { service: string; outcome: string; taskDefinition?: string; imageDigest?: string }[];
}

/** @param last event of a release's stream: its result, unless the release never came to one */
export function succeeded(release: string, last: string | undefined): ReleasedService[] {
  const { type, outcome, services = [] } = parse(last);
  if (type !== 'result' || outcome !== 'succeeded') return [];
  return services.flatMap(({ service, taskDefinition, imageDigest }) =>
    taskDefinition === undefined || imageDigest === undefined
      ? []
      : [{ service, release, taskDefinition, imageDigest }],
  );
}

/** A line that is no record says nothing: whoever may write logs may write here. */
function parse(text = ''): ResultEvent {
  try {
    return JSON.parse(text) as ResultEvent;
  } catch {
    return {};
  }
}
