import type { Fleet, Service } from '../fleet/fleet.ts';
import { isUserOf } from '../fleet/identity.ts';
import type { LiveConnection } from '../nats/connections.ts';
import type { ConnectionsEvidence } from './collectors/nats-connections.ts';

/** The connections of a service's tasks; whoever only visits in its name, to prove a certificate, calls himself otherwise. */
export function connectionsOf(
  evidence: ConnectionsEvidence,
  { name: fleet }: Pick<Fleet, 'name'>,
  { name }: Service,
): LiveConnection[] {
  return evidence
    .flatMap(({ connections }) => connections ?? [])
    .filter((one) => one.name === name && isUserOf(fleet, name, one.user));
}

/** Of nodes that did not answer nobody knows who is connected to them. */
export function silentNodes(evidence: ConnectionsEvidence): string[] {
  return evidence.filter(({ connections }) => connections === undefined).map(({ node }) => node);
}
