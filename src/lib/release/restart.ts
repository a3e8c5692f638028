import type { Fleet, Service } from '../fleet/fleet.ts';
import { currentOf } from './current.ts';
import { itineraryOf } from './deploy.ts';
import type { Itinerary } from './release.ts';
import type { ReleaseSources } from './sources.ts';

/** New tasks of what runs already, in waves like any other release. */
export async function planRestart(
  fleet: Fleet,
  services: Service[],
  sources: ReleaseSources,
): Promise<Itinerary> {
  const found = await currentOf(services, sources);
  return itineraryOf(
    fleet,
    found.map(({ service, state, imageDigest }) => ({
      service,
      move: {
        plan: {
          service: service.name,
          ecsService: service.ecsService,
          action: 'update',
          differs: false,
          reasons: ['new tasks of what runs already'],
          from: state.taskDefinition,
          good: state.taskDefinition,
        },
        to: state.taskDefinition,
        imageDigest,
        restart: true,
      },
    })),
  );
}
