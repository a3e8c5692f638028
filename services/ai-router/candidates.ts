import type { ServiceCapability } from '../gen/capability_registry_pb.js';
import type { EndpointStatus, ServiceStatus } from '../gen/router_pb.js';

/** Somebody who offers what is asked for, and how that one does. */
export interface Candidate {
  service: string;
  subject: string;
  /** Absent where the subject itself says what it is. */
  registrationId?: string;
  /** Undefined when nobody knows the service. */
  status: ServiceStatus | undefined;
  /** Undefined when the service does not have this subject. */
  endpoint: EndpointStatus | undefined;
  /** Bytes, where the registration says so. */
  maxPayload: number;
}

export interface Wanted {
  type: string;
  requirements: Record<string, string>;
}

/** All who offer it, whether they can be had or not; a registration goes before what a subject says of itself. */
export function candidates(
  wanted: Wanted,
  registered: ServiceCapability[],
  statuses: ServiceStatus[],
  self: string,
): Candidate[] {
  const byName = new Map(statuses.map((status) => [status.serviceName, status]));
  const declared = registered.map(({ serviceId: service, endpoint: subject, registrationId, metadata }) => {
    const status = byName.get(service);
    const endpoint = status?.endpoints.find((one) => one.subject === subject);
    const maxPayload = Number(metadata.max_payload_bytes ?? Number.NaN);
    return {
      ...{ service, subject, registrationId, status, endpoint },
      maxPayload: maxPayload >= 0 ? maxPayload : Number.POSITIVE_INFINITY,
    };
  });
  const attributesWanted = Object.keys(wanted.requirements).length > 0;
  const natural = attributesWanted ? [] : statuses.flatMap((status) => served(status, wanted.type));
  const known = new Set(declared.map(({ service, subject }) => `${service} ${subject}`));
  return [
    ...declared,
    ...natural.filter(({ service, subject }) => !known.has(`${service} ${subject}`)),
  ].filter(({ service }) => service !== self);
}

/** `svc.ai.llm.v1.infer` is for `llm.infer`; undefined for what is no AI subject. */
export function naturalType(subject: string): string | undefined {
  const [, domain, operation] = /^svc\.ai\.(.+)\.v\d+\.([^.]+)$/.exec(subject) ?? [];
  return domain === undefined ? undefined : `${domain}.${operation}`;
}

/** Why a candidate cannot be had, or undefined when it can. */
export function hindrance(candidate: Candidate, payloadBytes: number): string | undefined {
  const { status, endpoint, subject, maxPayload } = candidate;
  if (!status) return 'No such service was seen.';
  if (!status.isHealthy) return status.reason;
  if (!endpoint?.isServed) return `It does not serve ${subject}.`;
  if (payloadBytes > maxPayload) return `It takes ${maxPayload} bytes at most, not ${payloadBytes}.`;
  return undefined;
}

function served(status: ServiceStatus, type: string): Candidate[] {
  return status.endpoints
    .filter(({ subject }) => naturalType(subject) === type)
    .map((endpoint) => ({
      ...{ service: status.serviceName, subject: endpoint.subject, status, endpoint },
      maxPayload: Number.POSITIVE_INFINITY,
    }));
}
