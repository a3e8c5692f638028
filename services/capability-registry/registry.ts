import type { Bucket, Listing } from '../sdk/kv.ts';
import type { Registration } from './registration.ts';

const PREFIX = 'service.';

/** A service's name is a key as it is. */
export function keyOf(serviceId: string): string {
  return `${PREFIX}${serviceId}`;
}

/** Every registration, sorted by service; read again only when something was written. */
export function looker(bucket: Bucket): () => Promise<Registration[]> {
  let seen: Listing<Registration> = { revision: Number.NaN, values: new Map() };
  return async () => {
    seen = (await bucket.listSince<Registration>(PREFIX, seen.revision)) ?? seen;
    return [...seen.values.values()].sort((a, b) => (a.serviceId < b.serviceId ? -1 : 1));
  };
}
