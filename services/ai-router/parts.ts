import type { ServiceParts } from '../sdk/start.ts';
import { aiRouterEndpoints } from './handlers.ts';

export const aiRouterParts: ServiceParts = {
  endpoints: ({ caller, definition }) => aiRouterEndpoints(caller, definition.name),
};
