import { GsysError } from '../../lib/errors.ts';
import type { EmbeddedLayout } from '../../lib/fleet/embedded-layout.ts';
import type { Keeper } from '../keeper.ts';
import { chooseOperations, chooseSubjects, type Inventory, type Subject } from './choose.ts';
import { offsetClocks } from './clock/offset-clocks.ts';
import { fillDisks } from './disk/fill-disks.ts';
import type { InForce } from './in-force.ts';
import { delay, isolate } from './network/network-fault.ts';
import type { FaultPlan } from './rules.ts';
import { freeze, kill } from './signals.ts';

/** What faults are done with. */
export interface Means {
  layout: EmbeddedLayout;
  /** Of the nodes. */
  keepers: Keeper[];
  /** From 0, less than 1. */
  random(): number;
}

/**
 * Does what a plan says to what its target means now.
 * @returns what that was, by name, and how it ends
 * @throws GsysError USAGE when the target means nothing, and what the fault could not do
 */
export async function begin(
  id: string,
  plan: FaultPlan,
  inventory: Inventory,
  means: Means,
): Promise<{ subjects: string[]; inForce: InForce }> {
  const { aim, target } = plan;
  // The endpoint asks its gate, which looks at what is in force.
  if (aim.kind === 'aws')
    return { subjects: chooseOperations(aim, inventory.operations), inForce: { heal: async () => {} } };
  const chosen = aim.kind === 'state' ? [inventory.state] : chooseSubjects(aim, inventory);
  const living = chosen.filter(({ pid }) => pid !== undefined);
  if (living.length === 0)
    throw new GsysError('PLATFORM_FAILED', `${target} is down already`, { next: 'gsys local up' });
  return { subjects: living.map(({ name }) => name), inForce: await onProcesses(id, plan, living, means) };
}

async function onProcesses(
  id: string,
  { kind, parameters }: FaultPlan,
  subjects: Subject[],
  { layout, keepers, random }: Means,
): Promise<InForce> {
  const work = { id, layout, subjects };
  if (kind === 'freeze') return freeze(subjects);
  if (kind === 'kill') return kill(subjects, keepers);
  if (kind === 'isolate') return await isolate(work);
  if (kind === 'delay') return await delay(work, parameters, random);
  if (kind === 'clock') return await offsetClocks(subjects, parameters.offset ?? 0);
  if (kind === 'full-disk') return await fillDisks(work, keepers);
  throw new Error(`${kind} is for operations of the endpoint`);
}
