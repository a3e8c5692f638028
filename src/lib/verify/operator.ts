import { ConnectionFault } from '../connection-fault.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { CredentialFiles } from '../nats/handshake.ts';

/** @throws ConnectionFault when the environment names no identity to connect with */
export function operatorOf({ environment }: Fleet): CredentialFiles {
  const { operator } = environment;
  if (operator === undefined)
    throw new ConnectionFault('tls-identity', `environment ${environment.name} names no operator identity`);
  return { identity: operator, ca: operator.ca };
}
