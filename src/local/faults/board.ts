import { GsysError } from '../../lib/errors.ts';
import type { Gate } from '../aws/gate.ts';
import { begin, findTarget, type Means } from './begin.ts';
import type { Inventory, Subject } from './choose.ts';
import { type EndpointFault, endpointGate } from './endpoint-gate.ts';
import type { Fault } from './fault.ts';
import type { InForce } from './in-force.ts';
import { excludeEachOther, type FaultPlan, planFault } from './rules.ts';

/** The faults of a platform, which its supervisor owns. */
export interface Faults {
  /** In force now, oldest first. */
  list(): Fault[];
  /** @throws GsysError USAGE for what cannot be meant, and what the fault itself could not do */
  inject(request: unknown): Promise<Fault>;
  /** @returns the ids that were healed @throws GsysError USAGE when there is no such fault */
  heal(id: string): Promise<string[]>;
  healAll(): Promise<string[]>;
  /** Takes a health command to where the container is: pid of the container's first process, and its own. */
  join(container: number, healthCommand: number): void;
  /** For the endpoint: what calls have to pass. */
  gate: Gate;
}

export interface FaultsOptions extends Omit<Means, 'random'> {
  inventory(): Promise<Inventory>;
  /** Told whenever the list is another one. */
  onChange(): void;
  onError(error: unknown): void;
  random?(): number;
}

interface Entry {
  fault: Fault;
  plan: FaultPlan;
  subjects: Subject[];
  inForce: InForce;
  timer: NodeJS.Timeout | undefined;
  /** Healing it failed: it is for somebody to try again. */
  stuck: boolean;
}

/** Milliseconds between two looks for faults whose processes are gone. */
const SWEEP_MS = 1000;

export function createFaults(options: FaultsOptions): Faults {
  const { onChange, onError, random = Math.random } = options;
  const entries = new Map<string, Entry>();
  let sweeper: NodeJS.Timeout | undefined;
  let count = 0;
  /** Injections come one after the other: each has to know what the others are on. */
  let turn: Promise<unknown> = Promise.resolve();

  async function heal(chosen: Entry[]): Promise<string[]> {
    for (const { fault, timer } of chosen) {
      clearTimeout(timer);
      entries.delete(fault.id);
    }
    const failures: unknown[] = [];
    // The last one first, as what it changed may stand on what was changed before; each whatever becomes of others.
    for (const entry of chosen.toReversed())
      await entry.inForce.heal().catch((error) => {
        failures.push(error);
        entries.set(entry.fault.id, { ...entry, stuck: true });
      });
    if (chosen.length > 0) onChange();
    if (failures.length > 0) throw failures[0];
    return chosen.map(({ fault }) => fault.id);
  }

  function sweep(): void {
    const over = [...entries.values()].filter(({ inForce, stuck }) => !stuck && inForce.isOver?.());
    if (over.length > 0) void heal(over).catch(onError);
    if (entries.size > 0) {
      sweeper ??= setInterval(sweep, SWEEP_MS).unref();
      return;
    }
    clearInterval(sweeper);
    sweeper = undefined;
  }

  async function inject(request: unknown): Promise<Fault> {
    const plan = planFault(request);
    const { names, subjects } = findTarget(plan, await options.inventory());
    sweep();
    refuseSecond(plan, subjects, [...entries.values()]);
    count += 1;
    const id = `f${count}`;
    const inForce = await begin(id, plan, subjects, { ...options, random });
    const since = Date.now();
    const fault: Fault = {
      id,
      kind: plan.kind,
      target: plan.target,
      subjects: names,
      parameters: plan.parameters,
      since: new Date(since).toISOString(),
      ...(plan.forMs !== undefined && { until: new Date(since + plan.forMs).toISOString() }),
    };
    const entry: Entry = { fault, plan, subjects, inForce, timer: undefined, stuck: false };
    if (plan.forMs !== undefined)
      entry.timer = setTimeout(() => void heal([entry]).catch(onError), plan.forMs).unref();
    entries.set(id, entry);
    sweep();
    onChange();
    return fault;
  }

  return {
    list() {
      sweep();
      return [...entries.values()].map(({ fault }) => fault);
    },
    inject(request) {
      const mine = turn.then(() => inject(request));
      turn = mine.catch(() => {});
      return mine;
    },
    async heal(id) {
      const entry = entries.get(id);
      if (entry === undefined)
        throw new GsysError('USAGE', `there is no fault ${id}`, { next: 'gsys local fault list' });
      return await heal([entry]);
    },
    join(container, healthCommand) {
      for (const { inForce } of entries.values()) inForce.join?.(container, healthCommand);
    },
    healAll: () => heal([...entries.values()]),
    gate: endpointGate(() => [...entries.values()].flatMap(({ plan }) => onEndpoint(plan)), random),
  };
}

/** @throws GsysError USAGE when a process is under a fault already that the new one would be mixed up with */
function refuseSecond(plan: FaultPlan, subjects: Subject[], entries: Entry[]): void {
  // A folder is one process's; the number of a task is another's after it.
  for (const { fault, subjects: taken } of entries.filter((entry) =>
    excludeEachOther(entry.plan.kind, plan.kind),
  ))
    for (const { name, folder } of subjects)
      if (taken.some((subject) => subject.folder === folder))
        throw new GsysError('USAGE', `${name} has a fault of the kind already: ${fault.id}, ${fault.kind}`, {
          next: `gsys local fault heal ${fault.id}`,
        });
}

function onEndpoint({ aim, kind, parameters }: FaultPlan): EndpointFault[] {
  return aim.kind === 'aws' ? [{ kind, aim, parameters }] : [];
}
