import type { RegisterRequest } from '../gen/capability_registry_pb.js';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Offer } from './registration.ts';

const MAX_CAPABILITIES = 32;
const MAX_ENTRIES = 16;
/** Bytes. */
const MAX_KEY = 64;
const MAX_VALUE = 256;
const MAX_SUBJECT = 200;
/** Bytes, in JSON: what a query may have to answer a hundred times. */
const MAX_OFFER = 4096;

/** @throws ServiceError INVALID_ARGUMENT that names the field */
export function validOffer({ capabilities, endpoint, metadata }: RegisterRequest): Offer {
  if (capabilities.length === 0 || capabilities.length > MAX_CAPABILITIES)
    throw invalid(`capabilities must be 1 to ${MAX_CAPABILITIES}.`);
  const types = capabilities.map(({ capabilityType }) => validType(capabilityType));
  if (new Set(types).size < types.length) throw invalid('capabilities has one capability_type twice.');
  if (!/^svc(\.[a-z0-9_]+)+\.v\d+\.[a-z0-9_]+$/.test(endpoint) || endpoint.length > MAX_SUBJECT)
    throw invalid('endpoint must be a subject: svc.<domain>.v1.<operation>.');
  const offer: Offer = {
    capabilities: capabilities.map(({ capabilityType, attributes }) => ({
      capabilityType,
      attributes: validMap('attributes', attributes),
    })),
    endpoint,
    metadata: validMap('metadata', metadata),
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
export function validMap(field: string, map: Record<string, string>): Record<string, string> {
  for (const [key, value] of validKeys(field, map))
    if (Buffer.byteLength(value) > MAX_VALUE)
      throw invalid(`${field}.${key} is longer than ${MAX_VALUE} bytes.`);
  return map;
}

/** @throws ServiceError INVALID_ARGUMENT */
export function validMetrics(metrics: Record<string, number>): Record<string, number> {
  for (const [key, value] of validKeys('metrics', metrics))
    if (!Number.isFinite(value)) throw invalid(`metrics.${key} is no number.`);
  return metrics;
}

function validKeys<T>(field: string, map: Record<string, T>): [string, T][] {
  const entries = Object.entries(map);
  if (entries.length > MAX_ENTRIES) throw invalid(`${field} has more than ${MAX_ENTRIES} entries.`);
  for (const [key] of entries)
    if (key === '' || Buffer.byteLength(key) > MAX_KEY)
      throw invalid(`${field} has a key that is empty or longer than ${MAX_KEY} bytes.`);
  return entries;
}

export function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
