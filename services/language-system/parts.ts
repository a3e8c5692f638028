import { events } from '../sdk/events.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { languageEndpoints } from './handlers.ts';

export const languageSystemParts: ServiceParts = {
  endpoints: ({ link }) => languageEndpoints(events(link)),
};
