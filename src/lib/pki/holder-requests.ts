import { isIP } from 'node:net';
import { natsUser } from '../fleet/identity.ts';
import type { LeafRequest } from './issue-leaf.ts';

/**
 * What a server's certificate has to say.
 * @param dialled every host name and address that peers and clients reach it by
 */
export function nodeRequest(fleet: string, name: string, dialled: string[]): LeafRequest {
  const names = new Set([name, ...dialled]);
  // A loopback address has a name of its own, which people type.
  if (dialled.some((host) => host.startsWith('127.') || host === '::1')) names.add('localhost');
  const all = [...names];
  return {
    profile: 'node',
    commonName: name,
    organization: fleet,
    dns: all.filter((host) => isIP(host) === 0),
    ip: all.filter((host) => isIP(host) !== 0),
  };
}

/** What the certificate of a service or an operator has to say: who it is, and nothing else. */
export function identityRequest(fleet: string, holder: string, generation = 1): LeafRequest {
  const dns = [natsUser(fleet, holder, generation)];
  return { profile: 'service', commonName: holder, organization: fleet, dns };
}
