import { randomUUID } from 'node:crypto';
import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceContext } from '../sdk/start.ts';
import { createAsker } from './ask.ts';
import { readContracts } from './contracts.ts';
import { createDriver, type Driver } from './drive.ts';
import { type Execution, reopened } from './execution.ts';
import { createPerformer, type Waits } from './perform.ts';
import { createStore, type Store } from './store.ts';
import { putStuckAside } from './stuck.ts';
import { createTeller } from './tell.ts';
import type { Workflow } from './workflow.ts';

export interface EngineOptions {
  workflows: Map<string, Workflow>;
  leaseMs: number;
  waits: Waits;
  now: () => number;
}

/** One task's part in the executions of all. */
export interface Engine {
  store: Store;
  /** This task's name in leases. */
  self: string;
  driver: Driver;
  /** Lets a step that could not be taken back be tried again; that there is none is fine. */
  retake(id: string, step: string): Promise<void>;
}

export function createEngine(context: ServiceContext, options: EngineOptions): Engine {
  const { definition, caller, folder, link, log } = context;
  const { workflows, leaseMs, waits, now } = options;
  const store = createStore(bucketOf(context), bucketOf(context, 'workflow-leases'), leaseMs);
  const self = randomUUID();
  const write = (id: string, change: (current: Execution) => Execution) => store.change(id, self, change);
  const driver = createDriver({
    ...{ store, self, leaseMs, workflows, log, now },
    perform: createPerformer({
      ask: createAsker({ caller, contracts: readContracts(folder), calls: definition.calls ?? [], now }),
      putAside: async ({ id }, step, reason) => {
        log.error({ execution: id, step: step.id, reason }, 'a step could not be taken back');
        await putStuckAside(link, id, step.id, reason);
      },
      ...{ write, waits, now },
    }),
    tell: createTeller(events(link), log, (id, what) =>
      write(id, (current) => ({ ...current, untold: current.untold.filter((one) => one !== what) })),
    ),
  });
  return {
    ...{ store, self, driver },
    retake: async (id, step) => {
      if (!(await store.take(id, self, now()))) throw new Error(`Another task is at ${id}.`);
      await store.update(id, (current) => reopened(current, step));
      void driver.drive(id);
    },
  };
}
