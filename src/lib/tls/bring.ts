import { ssm } from '../aws/ssm.ts';
import { bringToNodes } from './bring-nodes.ts';
import type { Holder } from './holders.ts';
import { readInventory } from './inventory.ts';
import type { NodeMachine } from './node/node-machine.ts';
import type { TlsContext } from './steps.ts';
import type { Wanted } from './wanted.ts';

/**
 * Brings to each of these holders what it is to have, and proves it where it is used. Servers before their clients,
 * and gsys before both: it is who looks. What is so already is looked at, and left alone.
 * @throws GsysError NOT_PROVEN and others, with everything before proved, and the one that failed taken back
 */
export async function bring(
  holders: Holder[],
  wanted: Wanted,
  machine: NodeMachine,
  context: TlsContext,
): Promise<void> {
  const inventory = await readInventory(ssm(context.access), context.fleet);
  await bringToNodes(holders, inventory, wanted, machine, context);
}
