import { ssm } from '../aws/ssm.ts';
import { bringToNodes } from './bring-nodes.ts';
import { bringToOperators, type WantedIdentity } from './bring-operators.ts';
import { bringToRedis } from './bring-redis.ts';
import { type BringOptions, bringToServices } from './bring-services.ts';
import type { Holder } from './holders.ts';
import { readInventory } from './inventory.ts';
import type { NodeMachine } from './node/node-machine.ts';
import { pairsFor } from './pairs-for.ts';
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
  options: Pick<BringOptions, 'othersMayStay'> = {},
): Promise<void> {
  const inventory = await readInventory(ssm(context.access), context.fleet);
  const pairsOf = async (kind: Holder['kind']) => {
    const pairs = await pairsFor(
      holders.filter((holder) => holder.kind === kind),
      inventory,
      wanted,
      context,
    );
    return [...pairs].map(([holder, pair]) => ({ holder, files: { ...pair, ca: wanted.bundle } }));
  };
  const operators = await pairsOf('operator');
  if (operators.length > 0)
    await bringToOperators(
      operators.map(({ holder, files }) => ({ holder: holder as WantedIdentity['holder'], bundle: files })),
      context,
    );
  await bringToNodes(holders, inventory, wanted, machine, context);
  await bringToRedis(await pairsOf('redis'), context);
  const bundles = await pairsOf('service');
  const services = context.fleet.services.flatMap((service) => {
    const found = bundles.find(({ holder }) => holder === service.name);
    return found === undefined ? [] : [{ service, bundle: found.files }];
  });
  if (services.length > 0) {
    const message = context.holder.command;
    await bringToServices(services, context, { message, ...options });
  }
}
