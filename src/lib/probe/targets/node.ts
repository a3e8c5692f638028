import { readFile } from 'node:fs/promises';
import { messageOf } from '../../errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { NodeTarget } from '../target.ts';
import { fleetOf, type Means } from './means.ts';
import { findNode, natsTarget } from './nats.ts';
import { isUrl } from './server-url.ts';

/** Ports of a server that a URL names. */
export interface NodePorts {
  routePort?: number | undefined;
  monitorPort?: number | undefined;
}

/**
 * A node with all that it does: clients, peers, monitoring, JetStream.
 * @throws GsysError UNKNOWN_TARGET, USAGE
 */
export async function nodeOf(named: string, means: Means, ports: NodePorts): Promise<NodeTarget> {
  const target = await natsTarget(named, means);
  if (isUrl(named))
    return { ...target, routePort: ports.routePort, monitorPort: ports.monitorPort, system: undefined };
  const fleet = fleetOf(means);
  const { routePort } = findNode(fleet, named);
  const system = await systemOf(fleet);
  return {
    ...{ ...target, routePort: ports.routePort ?? routePort, monitorPort: ports.monitorPort },
    ...('trouble' in system
      ? { system: undefined, belongings: { ...target.belongings, trouble: system.trouble } }
      : { system }),
  };
}

async function systemOf({ environment }: Fleet) {
  const { operator, name } = environment;
  if (operator === undefined) return { trouble: `environment ${name} names no operator identity` };
  try {
    const [cert, key, ca] = await Promise.all([
      readFile(operator.system.cert, 'utf8'),
      readFile(operator.system.key, 'utf8'),
      readFile(operator.ca, 'utf8'),
    ]);
    return { cert, key, ca };
  } catch (error) {
    return { trouble: `our identity of the system account cannot be read: ${messageOf(error)}` };
  }
}
