import type { Fleet } from '../../fleet/fleet.ts';
import { openRoute } from '../../probe/open-route.ts';
import { askRoute } from '../../probe/route.ts';
import type { Raw } from './raw.ts';
import { seen } from './seen.ts';

/** Requests of one run: one that was slow by chance is not the middle of three. */
const TIMES = 3;

/** How long the gateway takes to answer a service's probe, as a player's client would ask; without a route, to say it is ready. */
export async function lookAtGateway(fleet: Fleet, signal: AbortSignal): Promise<Raw['gateway']> {
  const gateways = fleet.services.filter(({ kind }) => kind === 'gateway');
  const route = openRoute(fleet);
  const url = new URL(route?.path ?? '/ready', fleet.environment.gateway.url);
  const body = route?.service.probe?.request;
  return await Promise.all(
    gateways.map(async (service) => ({
      service,
      seen: await seen(service.name, async () => {
        const times: number[] = [];
        for (let i = 0; i < TIMES; i++) {
          const started = performance.now();
          const { status } = await askRoute({ url, body, signal });
          if (status !== 200) throw new Error(`${url.pathname} answers with ${status}`);
          times.push(performance.now() - started);
        }
        return times;
      }),
    })),
  );
}
