import { Code } from '../sdk/errors.ts';
import type { Ask } from './ask.ts';
import { asked, begun, type Execution, type Outcome, type Todo, undone } from './execution.ts';
import type { Watch } from './watch.ts';
import type { StepDefinition, Workflow } from './workflow.ts';

export interface PerformOptions {
  ask: Ask;
  /** Writes, as long as the execution is this task's. */
  write(id: string, change: (current: Execution) => Execution): Promise<Execution>;
  /** What could not be undone, for people to look at. */
  putAside(execution: Execution, step: StepDefinition, reason: string): Promise<void>;
  waits: Waits;
  now: () => number;
}

/** Between attempts, milliseconds. */
export interface Waits {
  ask: number[];
  undo: number[];
}

/** A step is given up soon, because it can be taken back; taking back is not. */
export const WAITS: Waits = { ask: [250, 1_000], undo: [250, 500, 1_000, 2_000, 4_000] };

/**
 * Does what is next, and writes down what came of it. Nothing is written when the task is to leave meanwhile: whoever
 * goes on asks again under the same idempotency key, and hears what came of it.
 */
export function createPerformer({ ask, write, putAside, waits, now }: PerformOptions) {
  const askStep = async (execution: Execution, step: StepDefinition, watch: Watch) => {
    const { id, deadlineMs } = execution;
    // Whoever was at it before has died, and may have asked.
    const again = execution.steps.find((one) => one.id === step.id)?.status === 'running';
    const started = await write(id, (current) => begun(current, step.id, now()));
    const signal = AbortSignal.any([watch.lost, watch.cancelled]);
    const outcome = await ask({
      ...{ execution: started, step: step.id, request: step, deadlineMs, again, signal },
      waits: waits.ask,
    });
    if (watch.lost.aborted) return started;
    return write(id, (current) => asked(current, step.id, outcome, now()));
  };

  const undoStep = async (execution: Execution, step: StepDefinition, watch: Watch) => {
    const request = step.undo;
    if (!request) throw new Error(`${step.id} has no undo`);
    const outcome = await ask({
      ...{ execution, step: `${step.id}.undo`, request, again: true, signal: watch.lost },
      waits: waits.undo,
    });
    if (watch.lost.aborted) return execution;
    const reason = stuck(outcome);
    if (reason !== undefined) await putAside(execution, step, reason);
    return write(execution.id, (current) => undone(current, step.id, reason));
  };

  return (execution: Execution, workflow: Workflow, next: Todo, watch: Watch): Promise<Execution> => {
    const step = workflow.steps.find(({ id }) => id === next.step);
    if (!step) throw new Error(`${workflow.id} has no step ${next.step}`);
    return next.kind === 'ask' ? askStep(execution, step, watch) : undoStep(execution, step, watch);
  };
}

/** @returns why it could not be taken back */
function stuck(outcome: Outcome): string | undefined {
  if (outcome.kind === 'done') return undefined;
  // What is not there has been taken back.
  return outcome.kind === 'failed' && outcome.code === Code.NOT_FOUND ? undefined : outcome.message;
}
