import path from 'node:path';
import type { Fleet, NatsNode } from '../fleet/fleet.ts';
import { natsUser, SYSTEM } from '../fleet/identity.ts';
import { fleetUsers } from './permissions.ts';
import type { NatsServerPlan, Passage } from './server-config.ts';

/**
 * What one node of any environment is to be configured as: the platform and `tls apply-config` agree by it.
 * @param passage of a fleet that is on its way to TLS
 */
export function nodePlan(
  node: NatsNode,
  nodes: NatsNode[],
  fleet: Parameters<typeof fleetUsers>[0] & Pick<Fleet, 'nats'>,
  passage?: Passage,
): NatsServerPlan {
  const { name, host, listen, clientPort, routePort, monitorPort, folder, jetstream } = node;
  const inFolder = (...names: string[]) => path.posix.join(folder, ...names);
  return {
    ...{ name, host, listen, clientPort, routePort, monitorPort },
    cluster: fleet.nats.cluster,
    peers: nodes.filter((peer) => peer.name !== name),
    tls: {
      cert: inFolder('tls', 'cert.pem'),
      key: inFolder('tls', 'key.pem'),
      ca: inFolder('tls', 'ca.pem'),
    },
    users: fleetUsers(fleet),
    systemUser: natsUser(fleet.name, SYSTEM),
    accounts: fleet.nats.accounts,
    passage,
    storeDir: jetstream.storeDir,
    pidFile: inFolder('nats-server.pid'),
    limits: {
      maxPayload: fleet.nats.maxPayload,
      maxFile: jetstream.maxFile,
      maxMemory: jetstream.maxMemory,
    },
  };
}
