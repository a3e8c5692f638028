import { events } from '../sdk/events.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { questEndpoints } from './handlers.ts';

export const questSystemParts: ServiceParts = {
  endpoints: ({ link }) => questEndpoints(events(link)),
};
