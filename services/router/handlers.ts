import {
  HealthRequestSchema,
  HealthResponseSchema,
  RouteRequestSchema,
  RouteResponseSchema,
} from '../gen/router_pb.js';
import type { Calls } from '../sdk/call.ts';
import type { CallDefinition } from '../sdk/definition.ts';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, codeName, ServiceError } from '../sdk/errors.ts';
import type { Logger } from '../sdk/log.ts';
import { choose } from './choose.ts';
import { assertAcceptable, parseHints } from './hints.ts';
import type { DefinedService } from './inventory.ts';
import { judge } from './judge.ts';
import type { Statistics } from './statistics.ts';
import type { Watch } from './watch.ts';

export interface Router {
  watch: Watch;
  inventory: DefinedService[];
  calls: Calls;
  /** What may be asked. */
  allowed: CallDefinition[];
  /** Told of each request that was passed on; must not keep it waiting. */
  completed(route: Route, log: Logger): void;
}

export interface Route {
  service: string;
  operation: string;
  subject: string;
  latencyMs: number;
  /** `OK` when a reply came, whatever it says; otherwise the name of the code. */
  outcome: string;
}

export function routerEndpoints({
  watch,
  inventory,
  calls,
  allowed,
  completed,
}: Router): Record<string, Endpoint> {
  /** Somebody serves the subject now: by what was seen, or else by asking once more. */
  const served = async (service: string, subject: string) => {
    const by = (seen: Map<string, Statistics>) => seen.get(service)?.endpoints.get(subject);
    const found = by(await watch.view()) ?? by(await watch.refresh());
    if (found) return found;
    throw new ServiceError(Code.UNAVAILABLE, `No instance of ${service} serves ${subject} now.`);
  };

  return {
    route: endpoint(RouteRequestSchema, RouteResponseSchema, async (request, context) => {
      const { serviceName: service, operation, payload } = request;
      const hints = parseHints(request.routingHints);
      const { subject, timeout, idempotent } = choose(inventory, allowed, service, operation);
      assertAcceptable(subject, await served(service, subject), hints);
      const timeoutMs = Math.min(timeout * 1000, hints.timeoutMs ?? Number.POSITIVE_INFINITY);
      const cause = { trace: context.trace, signal: context.signal, remainingMs: context.remainingMs() };
      const begun = performance.now();
      let outcome = 'OK';
      try {
        const responsePayload = await calls.one({ subject, timeoutMs, idempotent }, payload, cause);
        return { responsePayload, routedTo: subject, latencyMs: performance.now() - begun };
      } catch (error) {
        outcome = codeName(error instanceof ServiceError ? error.code : Code.INTERNAL);
        throw error;
      } finally {
        completed(
          { service, operation, subject, latencyMs: performance.now() - begun, outcome },
          context.log,
        );
      }
    }),

    health: endpoint(HealthRequestSchema, HealthResponseSchema, async () => {
      const seen = await watch.view();
      const names = new Set([...inventory.map(({ name }) => name), ...seen.keys()]);
      const definition = new Map(inventory.map((service) => [service.name, service]));
      const services = [...names].sort().map((name) => judge(name, definition.get(name), seen.get(name)));
      const expected = services.filter(({ serviceName }) => definition.get(serviceName)?.expected);
      return { services, overallHealthy: expected.every(({ isHealthy }) => isHealthy) };
    }),
  };
}
