import path from 'node:path';
import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { newestGeneration } from '../fleet/generations.ts';
import { OPERATOR, SYSTEM } from '../fleet/identity.ts';
import { identityRequest, nodeRequest } from '../pki/holder-requests.ts';
import type { LeafRequest } from '../pki/issue-leaf.ts';

/** Whoever has a certificate of the fleet's own authority. */
export interface Holder {
  name: string;
  kind: 'nats' | 'redis' | 'service' | 'operator';
  /** What its certificate has to say. */
  request: LeafRequest;
  /** False of a node: its key is made in its own folder and never leaves it, so it sends a request. */
  keyMadeHere: boolean;
}

/** Every holder that the definition has: nodes, services, and gsys's own identities. */
export function holdersOf(fleet: Fleet): Holder[] {
  const { name, services, environment } = fleet;
  const { nats, redis, platform } = environment;
  const embedded = platform === 'embedded';
  const entries = nats.clientUrls.map(hostOf);
  return [
    ...nats.nodes.map((node) => ({
      name: node.name,
      kind: 'nats' as const,
      request: nodeRequest(name, node.name, [node.host, ...entries]),
      keyMadeHere: false,
    })),
    // A managed cluster's certificates are of its provider's authority.
    ...(embedded ? redis.endpoints : []).map(({ host }, i) => ({
      name: redisHolder(i),
      kind: 'redis' as const,
      request: nodeRequest(name, redisHolder(i), [host]),
      keyMadeHere: true,
    })),
    ...services.map((service) => identity(fleet, service.name, 'service')),
    ...[OPERATOR, SYSTEM].map((operator) => identity(fleet, operator, 'operator')),
  ];
}

/**
 * The holders that a person named, a service also by its ECS service; all of them when none is named.
 * @throws GsysError UNKNOWN_HOLDER
 */
export function chooseHolders(fleet: Fleet, names: string[]): Holder[] {
  const holders = holdersOf(fleet);
  if (names.length === 0) return holders;
  const wanted = names.map((name) => fleet.services.find((it) => it.ecsService === name)?.name ?? name);
  const unknown = wanted.filter((name) => !holders.some((holder) => holder.name === name));
  if (unknown.length > 0) {
    throw new GsysError('UNKNOWN_HOLDER', `nobody is called ${unknown.join(', ')} in ${fleet.name}`, {
      next: `one of: ${holders.map((holder) => holder.name).join(', ')}`,
    });
  }
  return holders.filter(({ name }) => wanted.includes(name));
}

/** Of the n-th Redis node of the definition, from 0. */
export function redisHolder(index: number): string {
  return `redis-${index + 1}`;
}

/** Where this machine keeps a holder's certificate, with its key where that was made here. */
export function holderFolder({ stateDir }: { stateDir: string }, holder: string): string {
  return path.join(stateDir, 'certs', holder);
}

/** Where a server on this machine reads its key, certificate and bundle; undefined of one elsewhere. */
export function serverFolder(
  { platform, stateDir, nats }: Fleet['environment'],
  holder: string,
): string | undefined {
  const node = nats.nodes.find(({ name }) => name === holder);
  if (node !== undefined) return nats.transport === 'local' ? path.join(node.folder, 'tls') : undefined;
  return platform === 'embedded' ? path.join(stateDir, 'redis', holder, 'tls') : undefined;
}

function identity(fleet: Fleet, name: string, kind: 'service' | 'operator'): Holder {
  const request = identityRequest(fleet.name, name, newestGeneration(fleet, name));
  return { name, kind, request, keyMadeHere: true };
}

/** `tls://[::1]:4222` is dialled as `::1`. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}
