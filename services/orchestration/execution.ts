import type { JsonObject } from '@bufbuild/protobuf';
import type { Code } from '../sdk/errors.ts';
import type { Workflow } from './workflow.ts';

export type Verdict = 'failed' | 'cancelled' | 'timed_out';
export type Status = 'running' | 'compensating' | 'completed' | Verdict;
export type StepStatus = 'pending' | 'running' | 'completed' | 'failed' | 'unknown' | 'compensated' | 'stuck';

/** One run of a workflow, as it lies in the bucket. All of it is decided here, by pure functions. */
export interface Execution {
  id: string;
  workflowId: string;
  /** Of the request, where it has a key: another one with the same key is a mistake. */
  fingerprint: string;
  parameters: JsonObject;
  /** For whom it is done; empty where a service has asked. */
  userId: string;
  traceId: string;
  /** Milliseconds since the epoch. */
  startedMs: number;
  deadlineMs: number;
  /** The task that is at it: no other one writes, but for `cancelled`. */
  by: string;
  status: Status;
  /** What it ends as when everything is undone. */
  verdict?: Verdict;
  /** Why somebody wants it to end. */
  cancelled?: string;
  steps: StepRecord[];
  /** When it was over first: it is told once, also when something was taken back later. */
  endedMs?: number;
  /** Events that are still to be published; they are written together with what they tell of. */
  untold: Notice[];
}

export type Notice = 'started' | 'completed';

export interface StepRecord {
  id: string;
  status: StepStatus;
  startedMs?: number;
  completedMs?: number;
  result?: JsonObject;
  error?: string;
}

/** What became of a request. */
export type Outcome =
  | { kind: 'done'; result: JsonObject }
  /** It was not done; with the code of whoever refused it. */
  | { kind: 'failed'; message: string; code?: Code }
  /** It may have been done. */
  | { kind: 'unknown'; message: string };

export interface Todo {
  kind: 'ask' | 'undo';
  step: string;
}

export function isOver({ status }: Execution): boolean {
  return status !== 'running' && status !== 'compensating';
}

/** What is next, or undefined when it is over. Of an execution that `advanced` has seen. */
export function todo(execution: Execution, workflow: Workflow): Todo | undefined {
  if (execution.status === 'running') {
    const next = execution.steps.find(({ status }) => status === 'pending' || status === 'running');
    return next && { kind: 'ask', step: next.id };
  }
  const last = isOver(execution) ? undefined : toUndo(execution, workflow);
  return last && { kind: 'undo', step: last.id };
}

/** Draws the conclusions: whether it goes on, turns back, or is over. */
export function advanced(execution: Execution, workflow: Workflow, now: number): Execution {
  let next = execution;
  if (next.status === 'running') {
    if (next.steps.every(({ status }) => status === 'completed')) return ended(next, 'completed', now);
    const verdict = verdictOf(next, now);
    if (verdict === undefined) return next;
    // A step that a task was at when it died may have been done.
    const steps = next.steps.map((step) =>
      step.status === 'running' ? { ...step, status: 'unknown' as const } : step,
    );
    next = { ...next, status: 'compensating', verdict, steps };
  }
  if (next.status === 'compensating' && !toUndo(next, workflow))
    return ended(next, next.verdict ?? 'failed', now);
  return next;
}

/** The step is being asked from now on; a task that takes over finds it like this, and asks again. */
export function begun(execution: Execution, step: string, now: number): Execution {
  return withStep(execution, step, (record) => ({ startedMs: now, ...record, status: 'running' }));
}

export function asked(execution: Execution, step: string, outcome: Outcome, now: number): Execution {
  return withStep(execution, step, (record) =>
    outcome.kind === 'done'
      ? { ...record, status: 'completed', completedMs: now, result: outcome.result }
      : { ...record, status: outcome.kind, completedMs: now, error: outcome.message },
  );
}

/** @param error why it could not be undone */
export function undone(execution: Execution, step: string, error: string | undefined): Execution {
  return withStep(execution, step, (record) =>
    error === undefined
      ? { ...record, status: 'compensated' }
      : { ...record, status: 'stuck', error: `It could not be undone: ${error}` },
  );
}

/** A step that could not be undone is tried again. Undefined where there is no such step. */
export function reopened(execution: Execution, step: string): Execution | undefined {
  const record = execution.steps.find(({ id, status }) => id === step && status === 'stuck');
  if (!record) return undefined;
  const status = record.result === undefined ? 'unknown' : 'completed';
  return { ...withStep(execution, step, () => ({ ...record, status })), status: 'compensating' };
}

/** Undefined when it is over, or about to be cancelled already. */
export function cancelled(execution: Execution, reason: string): Execution | undefined {
  if (isOver(execution) || execution.cancelled !== undefined) return undefined;
  return { ...execution, cancelled: reason };
}

/** Of its steps those that are done and stand; per cent. */
export function progress({ steps }: Execution): number {
  const done = steps.filter(({ status }) => status === 'completed').length;
  return steps.length === 0 ? 100 : Math.floor((100 * done) / steps.length);
}

function verdictOf({ cancelled: reason, deadlineMs, steps }: Execution, now: number): Verdict | undefined {
  if (reason !== undefined) return 'cancelled';
  if (now >= deadlineMs) return 'timed_out';
  return steps.some(({ status }) => status === 'failed' || status === 'unknown') ? 'failed' : undefined;
}

/** The last step that is done, or may be, and can be taken back. */
function toUndo({ steps }: Execution, workflow: Workflow): StepRecord | undefined {
  return steps.findLast(
    ({ id, status }) =>
      (status === 'completed' || status === 'unknown') &&
      workflow.steps.find((step) => step.id === id)?.undo !== undefined,
  );
}

function ended(execution: Execution, status: Status, now: number): Execution {
  if (execution.endedMs !== undefined) return { ...execution, status };
  return { ...execution, status, endedMs: now, untold: [...execution.untold, 'completed'] };
}

function withStep(execution: Execution, id: string, change: (record: StepRecord) => StepRecord): Execution {
  return { ...execution, steps: execution.steps.map((step) => (step.id === id ? change(step) : step)) };
}
