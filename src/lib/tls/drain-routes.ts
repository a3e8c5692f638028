import type { NodeMachine } from './node/node-machine.ts';
import { readVarz } from './prove-node.ts';
import { restartNode } from './restart-node.ts';
import type { TlsContext } from './steps.ts';

/**
 * Restarts every node that runs since before a moment, one at a time in lame duck mode, so that every route between
 * two of them was made after it: a route that is older says nothing about what is trusted now.
 */
export async function drainRoutes(since: Date, machine: NodeMachine, context: TlsContext): Promise<void> {
  const { environment } = context.fleet;
  for (const node of environment.nats.nodes) {
    await context.lock.keep();
    const { now, start } = await readVarz(node, environment);
    // By each clock's own count: they need not agree.
    const runs = Date.parse(now) - Date.parse(start);
    if (runs < Date.now() - since.getTime())
      context.tell({ type: 'proved', holder: node.name, detail: 'was started since' });
    else await restartNode(node, machine, context);
  }
}
