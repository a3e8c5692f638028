import { repeat } from '../sdk/repeat.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { missingSubjects, mistakes } from './check.ts';
import { createEngine, type Engine } from './engine.ts';
import { orchestrationEndpoints } from './handlers.ts';
import { WAITS, type Waits } from './perform.ts';
import { createRequire } from './require.ts';
import { LEASE_MS } from './store.ts';
import { retakeReplayed } from './stuck.ts';
import type { Workflow } from './workflow.ts';
import { WORKFLOWS } from './workflows/index.ts';

/** How soon a task notices what another one has left; milliseconds. */
const LOOK_MS = 1_000;

export interface OrchestrationOptions {
  workflows?: Workflow[];
  leaseMs?: number;
  waits?: Waits;
}

/** Of one task: what answers requests and what takes over is one engine. */
export function orchestrationParts(options: OrchestrationOptions = {}): ServiceParts {
  const { workflows: defined = WORKFLOWS, leaseMs = LEASE_MS, waits = WAITS } = options;
  const wrong = defined.flatMap(mistakes);
  if (wrong.length > 0) throw new Error(`Workflows are wrong: ${wrong.join('; ')}.`);
  const workflows = new Map(defined.map((workflow) => [workflow.id, workflow]));
  const now = () => Date.now();
  let engine: Engine | undefined;
  return {
    endpoints: (context) => {
      const calls = context.definition.calls ?? [];
      engine = createEngine(context, { workflows, leaseMs, waits, now });
      return orchestrationEndpoints({
        ...{ ...engine, workflows, now },
        missing: (workflow) => missingSubjects(workflow, calls),
        require: createRequire(context.caller),
      });
    },
    work: ({ link, log }) => {
      const stops = [
        repeat('looking for executions that were left', LOOK_MS, log, async () => engine?.driver.takeOver()),
        retakeReplayed({ link, retake: async (id, step) => engine?.retake(id, step), log }),
      ];
      return async () => {
        await Promise.all(stops.map((stop) => stop()));
        await engine?.driver.stop();
      };
    },
  };
}
