import { events } from '../sdk/events.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { behaviorEndpoints } from './handlers.ts';

export const npcBehaviorParts: ServiceParts = {
  endpoints: ({ link }) => behaviorEndpoints(events(link)),
};
