import {
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  RouteRequestSchema,
  RouteResponseSchema,
} from '../gen/ai_router_pb.js';
import { QueryRequestSchema, QueryResponseSchema } from '../gen/capability_registry_pb.js';
import { HealthRequestSchema, HealthResponseSchema } from '../gen/router_pb.js';
import type { Caller } from '../sdk/caller.ts';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { idsOf, invalid } from '../sdk/fields.ts';
import type { Origin } from '../sdk/request-context.ts';
import { type Candidate, candidates, hindrance, naturalType } from './candidates.ts';
import { preferred } from './prefer.ts';
import { recent } from './recent.ts';

const QUERY = {
  subject: 'svc.capability.v1.query',
  request: QueryRequestSchema,
  response: QueryResponseSchema,
};
const HEALTH = {
  subject: 'svc.router.v1.health',
  request: HealthRequestSchema,
  response: HealthResponseSchema,
};

/** Bytes. */
const MAX_TYPE = 64;
const MAX_IDS = 100;
/** The router itself looks at everybody every two seconds; milliseconds. */
const MAX_AGE_MS = 500;

export function aiRouterEndpoints(
  caller: Caller,
  self: string,
  now: () => number = () => Date.now(),
): Record<string, Endpoint> {
  // For whoever comes at that time, so it is done in nobody's name.
  const statuses = recent(MAX_AGE_MS, async () => (await caller.ask(HEALTH, {}, undefined)).services);
  const registered = async (origin: Origin, capabilityType = '', requirements = {}) =>
    (await caller.ask(QUERY, { capabilityType, requirements }, origin)).services;

  return {
    route: endpoint(RouteRequestSchema, RouteResponseSchema, async (request, context) => {
      const { requestType: type, requirements, preferences, payload } = request;
      if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(type) || type.length > MAX_TYPE)
        throw invalid('request_type must be lower-case words with dots between them: llm.infer.');
      // Wrong preferences are wrong also where nobody is there to be preferred.
      preferred([], preferences);
      const [offers, seen] = await Promise.all([registered(context, type, requirements), statuses()]);
      const all = candidates({ type, requirements }, offers, seen, self);
      if (all.length === 0) throw new ServiceError(Code.NOT_FOUND, `Nobody offers ${type}.`);
      const bytes = payload ? Buffer.byteLength(JSON.stringify(payload)) : 0;
      const available = all.filter((candidate) => hindrance(candidate, bytes) === undefined);
      const [best] = preferred(available, preferences);
      if (!best)
        throw new ServiceError(Code.UNAVAILABLE, `Nobody who offers ${type} can be had.`, {
          details: Object.fromEntries(all.map((one) => [one.service, hindrance(one, bytes) ?? ''])),
        });
      return {
        targetService: best.service,
        targetSubject: best.subject,
        metadata: reasons(best, available.length),
      };
    }),

    health_check: endpoint(HealthCheckRequestSchema, HealthCheckResponseSchema, async (request, context) => {
      const serviceIds = idsOf('service_ids', request.serviceIds, MAX_IDS);
      const [offers, seen] = await Promise.all([registered(context), statuses()]);
      const known = new Map(seen.map((status) => [status.serviceName, status]));
      const ai = seen.filter(({ endpoints }) => endpoints.some(({ subject }) => naturalType(subject)));
      const all = [...ai.map(({ serviceName }) => serviceName), ...offers.map((one) => one.serviceId)];
      const wanted = serviceIds.length > 0 ? serviceIds : [...new Set(all)].sort();
      return {
        services: wanted.map((serviceId) => {
          const { isHealthy = false, load, avgLatencyMs } = known.get(serviceId) ?? {};
          return {
            ...{ serviceId, isHealthy, timestampMs: BigInt(now()) },
            ...(load !== undefined && { currentLoad: load }),
            ...(avgLatencyMs !== undefined && { avgLatencyMs }),
          };
        }),
      };
    }),
  };
}

function reasons({ registrationId, status, endpoint }: Candidate, count: number): Record<string, string> {
  const measures = {
    load: status?.load,
    avg_latency_ms: endpoint?.avgLatencyMs,
    error_rate_percent: endpoint?.errorRatePercent,
  };
  return {
    source: registrationId === undefined ? 'subject' : 'registration',
    ...(registrationId !== undefined && { registration_id: registrationId }),
    instances: String(status?.activeInstances ?? 0),
    candidates: String(count),
    ...Object.fromEntries(
      Object.entries(measures).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      ),
    ),
  };
}
