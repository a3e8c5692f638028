import { GsysError } from '../../lib/errors.ts';
import type { Gate } from '../aws/gate.ts';
import { begin, type Means } from './begin.ts';
import type { Inventory } from './choose.ts';
import { type EndpointFault, endpointGate } from './endpoint-gate.ts';
import type { Fault } from './fault.ts';
import type { InForce } from './in-force.ts';
import { type FaultPlan, planFault } from './rules.ts';

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
  inForce: InForce;
  timer: NodeJS.Timeout | undefined;
}

export function createFaults(options: FaultsOptions): Faults {
  const { onChange, onError, random = Math.random } = options;
  const entries = new Map<string, Entry>();
  let count = 0;

  async function heal(chosen: Entry[]): Promise<string[]> {
    for (const { fault, timer } of chosen) {
      clearTimeout(timer);
      entries.delete(fault.id);
    }
    try {
      // The last one first, as what it changed may stand on what was changed before.
      for (const { inForce } of chosen.toReversed()) await inForce.heal();
    } finally {
      if (chosen.length > 0) onChange();
    }
    return chosen.map(({ fault }) => fault.id);
  }

  function list(): Entry[] {
    const over = [...entries.values()].filter(({ inForce }) => inForce.isOver?.());
    if (over.length > 0) void heal(over).catch(onError);
    return [...entries.values()];
  }

  return {
    list: () => list().map(({ fault }) => fault),
    async inject(request) {
      const plan = planFault(request);
      const inventory = await options.inventory();
      count += 1;
      const id = `f${count}`;
      const { subjects, inForce } = await begin(id, plan, inventory, { ...options, random });
      const since = Date.now();
      const fault: Fault = {
        id,
        kind: plan.kind,
        target: plan.target,
        subjects,
        parameters: plan.parameters,
        since: new Date(since).toISOString(),
        ...(plan.forMs !== undefined && { until: new Date(since + plan.forMs).toISOString() }),
      };
      const entry: Entry = { fault, plan, inForce, timer: undefined };
      if (plan.forMs !== undefined)
        entry.timer = setTimeout(() => void heal([entry]).catch(onError), plan.forMs).unref();
      entries.set(id, entry);
      onChange();
      return fault;
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

function onEndpoint({ aim, kind, parameters }: FaultPlan): EndpointFault[] {
  return aim.kind === 'aws' ? [{ kind, aim, parameters }] : [];
}
