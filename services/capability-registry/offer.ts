import type { RegisterRequest } from '../gen/capability_registry_pb.js';
import { invalid, jsonOf, listOf, metadataOf, someOf, textOf } from '../sdk/fields.ts';
import type { Offer } from './registration.ts';

const MAX_CAPABILITIES = 32;
/** Bytes. */
const MAX_KEY = 64;
const LIMITS = { entries: 16, key: MAX_KEY, value: 256 };
const MAX_SUBJECT = 200;
/** Bytes, in JSON: what a query may have to answer a hundred times. */
const MAX_OFFER = 4096;

/** @throws ServiceError INVALID_ARGUMENT that names the field */
export function validOffer({ capabilities, endpoint, metadata }: RegisterRequest): Offer {
  const types = someOf('capabilities', capabilities, MAX_CAPABILITIES).map(({ capabilityType }) =>
    validType(capabilityType),
  );
  if (new Set(types).size < types.length) throw invalid('capabilities has one capability_type twice.');
  if (!/^svc(\.[a-z0-9_]+)+\.v\d+\.[a-z0-9_]+$/.test(endpoint) || endpoint.length > MAX_SUBJECT)
    throw invalid('endpoint must be a subject: svc.<domain>.v1.<operation>.');
  const offer: Offer = {
    capabilities: capabilities.map(({ capabilityType, attributes }) => ({
      capabilityType,
      attributes: metadataOf('attributes', attributes, LIMITS),
    })),
    endpoint,
    metadata: metadataOf('metadata', metadata, LIMITS),
  };
  if (Buffer.byteLength(JSON.stringify(offer)) > MAX_OFFER)
    throw invalid(`capabilities and metadata have more than ${MAX_OFFER} bytes together.`);
  return offer;
}

/** A service's name as micro services have it. @throws ServiceError INVALID_ARGUMENT */
export function validServiceId(serviceId: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(serviceId)) return serviceId;
  throw invalid('service_id must be a service name: 1 to 64 letters, digits, dashes and underscores.');
}

/** @throws ServiceError INVALID_ARGUMENT */
export function validType(type: string): string {
  if (/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(type) && type.length <= MAX_KEY) return type;
  throw invalid(
    `capability_type must be lower-case words with dots between them, ${MAX_KEY} bytes at most, not ${JSON.stringify(type.slice(0, MAX_KEY))}.`,
  );
}

/** @throws ServiceError INVALID_ARGUMENT */
export function validRequirements(requirements: Record<string, string>): Record<string, string> {
  return metadataOf('requirements', requirements, LIMITS);
}

/** @throws ServiceError INVALID_ARGUMENT */
export function validMetrics(metrics: Record<string, number>): Record<string, number> {
  for (const key of listOf('metrics', Object.keys(metrics), LIMITS.entries))
    textOf('A key of metrics', key, MAX_KEY);
  return jsonOf('metrics', metrics);
}
