import type { Fleet } from '../fleet/fleet.ts';
import { planNodes } from './apply-config.ts';
import { rollConfigs } from './config/roll-config.ts';
import type { ConfigStep } from './config/steps.ts';
import type { NodeMachine } from './node/node-machine.ts';
import type { TlsContext, TlsStep } from './steps.ts';

/** Has every node know whom the fleet's record maps, proved node by node, as `tls apply-config` does. */
export async function rollUsers(fleet: Fleet, machine: NodeMachine, context: TlsContext): Promise<void> {
  const { environment } = fleet;
  const { lock, signal, tell } = context;
  const nodes = await planNodes(fleet, environment.nats.nodes, machine, false);
  await rollConfigs(nodes, {
    ...{ environment, machine, signal },
    asked: () => false,
    keepLock: () => lock.keep(),
    tell: (step) => told(step).forEach(tell),
  });
}

/** In the words of certificates. */
function told(step: ConfigStep): TlsStep[] {
  switch (step.type) {
    case 'configured':
      return [{ type: 'installed', holder: step.node, detail: 'its users' }];
    case 'proved':
    case 'went-back':
    case 'waiting':
      return [{ type: step.type, holder: step.node, detail: step.detail }];
    default:
      return [];
  }
}
