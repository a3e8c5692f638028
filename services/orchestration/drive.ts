import type { Logger } from '../sdk/log.ts';
import { advanced, type Execution, isOver, todo } from './execution.ts';
import type { createPerformer } from './perform.ts';
import { Lost, type Store } from './store.ts';
import type { createTeller } from './tell.ts';
import { type Watch, watch } from './watch.ts';
import type { Workflow } from './workflow.ts';

/** Takes executions to their ends, those of tasks that have died too. */
export interface Driver {
  /** Resolves when it is over, or not this task's any more. It never rejects: what goes wrong is tried again. */
  drive(id: string): Promise<void>;
  /** Drives what others have left behind. */
  takeOver(): Promise<void>;
  /** Lets go of everything, at a step's end where that is soon: other tasks go on. */
  stop(): Promise<void>;
  /** How many are under way. */
  count(): number;
}

export interface DriverOptions {
  store: Store;
  /** This task's name in leases. */
  self: string;
  leaseMs: number;
  perform: ReturnType<typeof createPerformer>;
  tell: ReturnType<typeof createTeller>;
  workflows: Map<string, Workflow>;
  log: Logger;
  now: () => number;
}

/** How long a task that leaves waits for steps that are under way; milliseconds. */
const PATIENCE_MS = 5_000;

export function createDriver(options: DriverOptions): Driver {
  const { store, self, leaseMs, perform, tell, workflows, log, now } = options;
  const running = new Map<string, Promise<void>>();
  /** No new step; and no waiting for those that are under way. */
  const [leaving, gone] = [new AbortController(), new AbortController()];

  const run = async (id: string) => {
    if (leaving.signal.aborted || !(await store.take(id, self, now()))) return;
    const watching = watch(id, { store, self, leaseMs, gone: gone.signal, log, now });
    try {
      const execution = await store.adopt(id, self);
      // Whoever took the lease has died before it wrote what it was for.
      if (!execution) return await store.remove(id, self);
      const workflow = workflows.get(execution.workflowId);
      if (!workflow) throw new Error(`There is no workflow ${execution.workflowId} any more.`);
      await tell(execution).catch((error) =>
        log.warn({ err: error, execution: id }, 'its start is told later'),
      );
      const last = await goOn(execution, workflow, watching);
      if (!isOver(last)) return await store.release(id, self);
      await tell(last);
      await store.remove(id, self);
    } finally {
      watching.stop();
    }
  };

  const goOn = async (first: Execution, workflow: Workflow, watching: Watch): Promise<Execution> => {
    let execution = first;
    while (!leaving.signal.aborted && !watching.lost.aborted) {
      execution = await store.change(execution.id, self, (current) => advanced(current, workflow, now()));
      const next = todo(execution, workflow);
      if (!next) break;
      execution = await perform(execution, workflow, next, watching);
    }
    return execution;
  };

  const drive = (id: string): Promise<void> => {
    const known = running.get(id);
    if (known) return known;
    const driving = run(id)
      .catch((error) => {
        // Its lease ends, and then whoever sees that first goes on.
        if (error instanceof Lost) log.warn({ execution: id }, 'another task has taken over');
        else log.error({ err: error, execution: id }, 'an execution was interrupted');
      })
      .finally(() => running.delete(id));
    running.set(id, driving);
    return driving;
  };

  return {
    drive,
    takeOver: async () => {
      for (const id of await store.abandoned(now()))
        if (!running.has(id)) {
          log.info({ execution: id }, 'going on with what another task has left');
          void drive(id);
        }
    },
    stop: async () => {
      leaving.abort();
      const patience = setTimeout(() => gone.abort(new Error('The task leaves.')), PATIENCE_MS);
      await Promise.all(running.values());
      clearTimeout(patience);
    },
    count: () => running.size,
  };
}
