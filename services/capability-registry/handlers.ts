import {
  HeartbeatRequestSchema,
  HeartbeatResponseSchema,
  QueryRequestSchema,
  QueryResponseSchema,
  RegisterRequestSchema,
  RegisterResponseSchema,
} from '../gen/capability_registry_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import { invalid } from '../sdk/fields.ts';
import type { Bucket } from '../sdk/kv.ts';
import { validMetrics, validOffer, validRequirements, validServiceId, validType } from './offer.ts';
import { offers } from './offers.ts';
import {
  HEARTBEAT_MS,
  isOnline,
  LIFETIME_MS,
  parseRegistrationId,
  type Registration,
  registrationId,
  withHeartbeat,
  withOffer,
} from './registration.ts';
import { keyOf, looker } from './registry.ts';

/** With 4 KiB each they are well below what NATS carries. */
const MAX_FOUND = 100;

export function capabilityEndpoints(
  bucket: Bucket,
  now: () => number = () => Date.now(),
): Record<string, Endpoint> {
  const all = looker(bucket);
  return {
    register: endpoint(RegisterRequestSchema, RegisterResponseSchema, async (request) => {
      const serviceId = validServiceId(request.serviceId);
      const offer = validOffer(request);
      let registered = withOffer(undefined, serviceId, offer, now());
      await bucket.update<Registration>(keyOf(serviceId), (current) => {
        registered = withOffer(current, serviceId, offer, now());
        return registered;
      });
      return {
        success: true,
        registrationId: registrationId(registered),
        expiresAtMs: BigInt(registered.heartbeatMs + LIFETIME_MS),
      };
    }),

    query: endpoint(QueryRequestSchema, QueryResponseSchema, async (request) => {
      const { capabilityType: type, includeOffline } = request;
      if (type !== '') validType(type);
      const requirements = validRequirements(request.requirements);
      const realMs = now();
      const found = (await all())
        .filter((one) => includeOffline || isOnline(one, realMs))
        .filter(({ offer }) => offers(offer, type, requirements));
      if (found.length > MAX_FOUND)
        throw new ServiceError(
          Code.RESOURCE_EXHAUSTED,
          `${found.length} services are more than one reply holds: name a capability_type or requirements.`,
        );
      return { services: found.map((one) => toMessage(one, realMs)) };
    }),

    heartbeat: endpoint(HeartbeatRequestSchema, HeartbeatResponseSchema, async (request) => {
      const parsed = parseRegistrationId(request.registrationId);
      if (!parsed) throw invalid('registration_id is none that register has given.');
      const metrics = validMetrics(request.metrics);
      let heard: Registration | undefined;
      await bucket.update<Registration>(keyOf(parsed.serviceId), (current) => {
        heard = withHeartbeat(current, parsed.begun, metrics, now());
        return heard;
      });
      if (!heard)
        throw new ServiceError(
          Code.NOT_FOUND,
          'This registration was never there, or has expired: register again.',
        );
      return { success: true, nextHeartbeatMs: BigInt(now() + HEARTBEAT_MS) };
    }),
  };
}

function toMessage(registration: Registration, now: number) {
  const { serviceId, offer, metrics, heartbeatMs } = registration;
  return {
    ...{ serviceId, metrics, ...offer },
    registrationId: registrationId(registration),
    isOnline: isOnline(registration, now),
    lastHeartbeatMs: BigInt(heartbeatMs),
  };
}
