import type { Fleet } from '../fleet/fleet.ts';
import { planNodes } from './apply-config.ts';
import { asTlsSteps } from './config/as-tls-steps.ts';
import { rollConfigs } from './config/roll-config.ts';
import type { NodeMachine } from './node/node-machine.ts';
import type { TlsContext } from './steps.ts';

/** Has every node know whom the fleet's record maps, proved node by node, as `tls apply-config` does. */
export async function rollUsers(fleet: Fleet, machine: NodeMachine, context: TlsContext): Promise<void> {
  const { environment } = fleet;
  const { lock, signal, tell } = context;
  const nodes = await planNodes(fleet, environment.nats.nodes, machine, false);
  await rollConfigs(nodes, {
    ...{ environment, machine, signal },
    asked: () => false,
    keepLock: () => lock.keep(),
    tell: (step) => asTlsSteps(step, 'its users').forEach(tell),
  });
}
