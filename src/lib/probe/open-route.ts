import type { Contracts } from '../fleet/contracts.ts';
import type { Endpoint, Fleet, Service } from '../fleet/fleet.ts';
import { expectsError } from './contract.ts';

/** A probe that anybody may send through the gateway. */
export interface OpenRoute {
  service: Service;
  endpoint: Endpoint;
  path: string;
}

/** A route that needs a session cannot be asked without a player's account. */
export function openRoute(fleet: Pick<Fleet, 'services'>): OpenRoute | undefined {
  for (const service of fleet.services) {
    const endpoint = service.endpoints.find(({ name }) => name === service.probe?.endpoint);
    const route = endpoint?.route;
    if (expectsError(service.probe?.expect)) continue;
    if (endpoint && route?.auth === 'none' && !route.path.includes('{'))
      return { service, endpoint, path: route.path };
  }
  return undefined;
}

/** The gateway leaves out fields that have their default value; an expectation may name them. */
export function spelledOut(contracts: Contracts, { response }: Endpoint, body: unknown): unknown {
  try {
    return contracts.decode(response, contracts.encode(response, body));
  } catch {
    return body;
  }
}
