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
 * What a plan's target means now, by name, and the processes that it is: none for operations of the endpoint.
 * @throws GsysError USAGE when the target means nothing
 */
export function findTarget(
  { aim, target }: FaultPlan,
  inventory: Inventory,
): { names: string[]; subjects: Subject[] } {
  if (aim.kind === 'aws') return { names: chooseOperations(aim, inventory.operations), subjects: [] };
  const chosen = aim.kind === 'state' ? [inventory.state] : chooseSubjects(aim, inventory);
  const subjects = chosen.filter(({ pid }) => pid !== undefined);
  if (subjects.length === 0)
    throw new GsysError('PLATFORM_FAILED', `no process of ${target} runs`, { next: 'gsys local status' });
  return { names: subjects.map(({ name }) => name), subjects };
}

/**
 * Does what a plan says to processes.
 * @returns how it ends
 * @throws GsysError for what the fault could not do
 */
export async function begin(
  id: string,
  { aim, kind, parameters }: FaultPlan,
  subjects: Subject[],
  { layout, keepers, random }: Means,
): Promise<InForce> {
  // The endpoint asks its gate, which looks at what is in force.
  if (aim.kind === 'aws') return { heal: async () => {} };
  const work = { id, layout, subjects };
  if (kind === 'freeze') return freeze(subjects);
  if (kind === 'kill') return kill(subjects, keepers);
  if (kind === 'isolate') return await isolate(work);
  if (kind === 'delay') return await delay(work, parameters, random);
  if (kind === 'clock') return await offsetClocks(subjects, parameters.offset ?? 0);
  if (kind === 'full-disk') return await fillDisks(work, keepers);
  throw new Error(`${kind} is for operations of the endpoint`);
}
