import { randomUUID } from 'node:crypto';
import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import { repeat } from '../sdk/repeat.ts';
import type { ServiceContext, ServiceParts } from '../sdk/start.ts';
import { createAsker } from './ask.ts';
import { missingSubjects, mistakes } from './check.ts';
import { type Contracts, readContracts } from './contracts.ts';
import { createDriver, type Driver } from './drive.ts';
import { orchestrationEndpoints } from './handlers.ts';
import { createPerformer } from './perform.ts';
import { createRequire } from './require.ts';
import { createStore, LEASE_MS } from './store.ts';
import { createTeller } from './tell.ts';
import type { Workflow } from './workflow.ts';
import { WORKFLOWS } from './workflows/index.ts';

/** How soon a task notices what another one has left; milliseconds. */
const LOOK_MS = 1_000;

export interface OrchestrationOptions {
  workflows?: Workflow[];
  leaseMs?: number;
  now?: () => number;
}

/** Of one task: what answers requests and what takes over is one driver. */
export function orchestrationParts(options: OrchestrationOptions = {}): ServiceParts {
  const { workflows: defined = WORKFLOWS, leaseMs = LEASE_MS, now = Date.now } = options;
  const wrong = defined.flatMap(mistakes);
  if (wrong.length > 0) throw new Error(`Workflows are wrong: ${wrong.join('; ')}.`);
  const workflows = new Map(defined.map((workflow) => [workflow.id, workflow]));
  let driver: Driver | undefined;
  return {
    endpoints: (context) => {
      const { definition, caller, folder } = context;
      const calls = definition.calls ?? [];
      const store = createStore(bucketOf(context), bucketOf(context, 'workflow-leases'), leaseMs);
      const self = randomUUID();
      driver = driverOf(context, readContracts(folder));
      return orchestrationEndpoints({
        ...{ store, self, driver, workflows, now, require: createRequire(caller) },
        missing: (workflow) => missingSubjects(workflow, calls),
      });

      function driverOf({ link, log }: ServiceContext, contracts: Contracts): Driver {
        const ask = createAsker({ caller, contracts, calls, now });
        const write = (id: string, change: Parameters<typeof store.change>[2]) =>
          store.change(id, self, change);
        const tell = createTeller(events(link), log, (id, what) =>
          write(id, (current) => ({ ...current, untold: current.untold.filter((one) => one !== what) })),
        );
        const putAside = async (execution: { id: string }, step: { id: string }, reason: string) =>
          log.error({ execution: execution.id, step: step.id, reason }, 'a step could not be undone');
        const perform = createPerformer({ ask, write, putAside, now });
        return createDriver({ store, self, leaseMs, perform, tell, workflows, log, now });
      }
    },
    work: ({ log }) => {
      const stopLooking = repeat('looking for executions that were left', LOOK_MS, log, async () =>
        driver?.takeOver(),
      );
      return async () => {
        await stopLooking();
        await driver?.stop();
      };
    },
  };
}
