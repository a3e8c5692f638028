import { loadContracts } from '../../fleet/contracts.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { mismatches } from '../match.ts';
import { openRoute, spelledOut } from '../open-route.ts';
import type { GatewayTarget } from '../target.ts';
import { fleetOf, foreignServer, type Means, operatorBelongings, oursIn } from './means.ts';
import { isUrl, parseServerUrl, type Schemes } from './server-url.ts';

const SCHEMES: Schemes = {
  http: { port: 80, tls: 'none' },
  https: { port: 443, tls: 'demanded' },
};

/**
 * The environment's gateway; or, by URL, one task of it or any HTTP server: with a path in it, that alone is asked.
 * @throws GsysError USAGE, INVALID_DEFINITION
 */
export async function gatewayTarget(named: string | undefined, means: Means): Promise<GatewayTarget> {
  if (named !== undefined && isUrl(named)) return await foreignGateway(named, means);
  const fleet = fleetOf(means);
  const { name, ...place } = parseServerUrl(fleet.environment.gateway.url, SCHEMES);
  return {
    ...{ ...place, name: `gateway of ${fleet.environment.name}`, ours: oursIn(fleet), ready: '/ready' },
    belongings: { ...(await operatorBelongings(fleet, true)), trouble: undefined },
    route: routeOf(fleet),
  };
}

async function foreignGateway(named: string, means: Means): Promise<GatewayTarget> {
  const { target, url } = await foreignServer(named, SCHEMES, means);
  const path = `${url.pathname}${url.search}`;
  const bare = path === '/';
  const origin = new URL(`${url.protocol}//${url.host}`);
  return {
    ...{ ...target, url: origin },
    ready: bare ? '/ready' : undefined,
    route: bare
      ? routeOf(means.fleet)
      : { path, body: undefined, service: undefined, judge: () => undefined },
  };
}

function routeOf(fleet: Fleet | undefined): GatewayTarget['route'] {
  if (fleet === undefined) return { none: 'there is no definition here that says what to ask' };
  const found = openRoute(fleet);
  if (found === undefined) return { none: 'no probed endpoint has a route that needs no session' };
  const { service, endpoint, path } = found;
  const contracts = loadContracts(fleet.contracts);
  return {
    ...{ path, body: service.probe?.request, service: service.name },
    judge: (body) => mismatches(service.probe?.expect ?? {}, spelledOut(contracts, endpoint, body))[0],
  };
}
