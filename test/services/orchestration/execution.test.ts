import { describe, expect, it } from 'vitest';
import {
  advanced,
  asked,
  begun,
  cancelled,
  type Execution,
  type Outcome,
  progress,
  reopened,
  todo,
  undone,
} from '../../../services/orchestration/execution.ts';
import type { Workflow } from '../../../services/orchestration/workflow.ts';

const request = { subject: 'svc.x.v1.do', request: {} };
const step = (id: string, undo = true) => ({ id, service: 'x', ...request, ...(undo && { undo: request }) });
const workflow: Workflow = {
  ...{ id: 'w', purpose: '', parameters: {}, timeoutSeconds: 10 },
  steps: [step('a'), step('b', false), step('c')],
};
const T = 1_000;
const first: Execution = {
  ...{ id: '1', workflowId: 'w', fingerprint: '', parameters: {}, userId: '', traceId: '', by: 'me' },
  ...{ startedMs: T, deadlineMs: T + 10_000, status: 'running', untold: [] },
  steps: workflow.steps.map(({ id }) => ({ id, status: 'pending' })),
};
const done: Outcome = { kind: 'done', result: {} };
const failed: Outcome = { kind: 'failed', message: 'no' };
const unknown: Outcome = { kind: 'unknown', message: 'silence' };

/** What becomes of it when its requests come out like this, in the order in which they are made. */
function play(execution: Execution, outcomes: (Outcome | ((current: Execution) => Execution))[], now = T) {
  let current = execution;
  const made: string[] = [];
  const left = [...outcomes];
  for (;;) {
    current = advanced(current, workflow, now);
    const next = todo(current, workflow);
    if (!next) return { made, current, statuses: current.steps.map(({ status }) => status).join(' ') };
    made.push(`${next.kind} ${next.step}`);
    const outcome = left.shift() ?? done;
    if (typeof outcome === 'function') current = outcome(begun(current, next.step, now));
    else if (next.kind === 'ask') current = asked(begun(current, next.step, now), next.step, outcome, now);
    else current = undone(current, next.step, outcome.kind === 'done' ? undefined : outcome.message);
  }
}

describe('an execution', () => {
  it('does its steps one after another, and is completed', () => {
    const { made, current, statuses } = play(first, []);
    expect(made).toEqual(['ask a', 'ask b', 'ask c']);
    expect(statuses).toBe('completed completed completed');
    expect(current).toMatchObject({ status: 'completed', untold: ['completed'] });
    expect(progress(current)).toBe(100);
  });

  it('takes back what was done, the last first, and nothing that was not or cannot be', () => {
    const { made, current, statuses } = play(first, [done, done, failed]);
    expect(made).toEqual(['ask a', 'ask b', 'ask c', 'undo a']);
    expect(statuses).toBe('compensated completed failed');
    expect(current).toMatchObject({ status: 'failed', untold: ['completed'] });
  });

  it('takes back also what may have been done', () => {
    const { made, statuses } = play(first, [done, done, unknown]);
    expect(made).toEqual(['ask a', 'ask b', 'ask c', 'undo c', 'undo a']);
    expect(statuses).toBe('compensated completed compensated');
  });

  it('goes on taking back when one step cannot be, and says which', () => {
    const { made, current, statuses } = play(first, [done, done, unknown, failed]);
    expect(made.slice(3)).toEqual(['undo c', 'undo a']);
    expect(statuses).toBe('compensated completed stuck');
    expect(current.steps[2]?.error).toBe('It could not be undone: no');
    expect(current.status).toBe('failed');

    // Once somebody has seen to it.
    const again = play(reopened({ ...current, untold: [] }, 'c') as Execution, [done]);
    expect(again.made).toEqual(['undo c']);
    expect(again.current).toMatchObject({ status: 'failed', untold: [] });
    expect(reopened(again.current, 'c')).toBeUndefined();
  });

  it('ends as cancelled when somebody wants that, with what was done taken back', () => {
    const { made, current } = play(first, [
      done,
      (now) => asked(cancelled(now, 'enough') as Execution, 'b', done, T),
    ]);
    expect(made).toEqual(['ask a', 'ask b', 'undo a']);
    expect(current).toMatchObject({ status: 'cancelled', cancelled: 'enough' });
    expect(cancelled(current, 'again')).toBeUndefined();
  });

  it('is not cancelled when all is done already', () => {
    const all = { ...first, steps: first.steps.map((one) => ({ ...one, status: 'completed' as const })) };
    expect(advanced(cancelled(all, 'late') as Execution, workflow, T).status).toBe('completed');
  });

  it('ends as timed out when its time is over, and takes as long as it needs to take back', () => {
    const half = play(first, [done, (now) => now, failed]).current;
    expect(half.status).toBe('failed');
    const under = begun(asked(begun(first, 'a', T), 'a', done, T), 'b', T);
    const { made, current, statuses } = play(under, [], T + 10_000);
    expect(made).toEqual(['undo a']);
    expect(current.status).toBe('timed_out');
    // A step that a task was at may have been done, and nobody waited for it.
    expect(statuses).toBe('compensated unknown pending');
  });

  it('asks again for the step that a task was at when it died, from when it was asked first', () => {
    const left = begun(first, 'a', T);
    expect(todo(advanced(left, workflow, T), workflow)).toEqual({ kind: 'ask', step: 'a' });
    expect(begun(left, 'a', T + 5).steps[0]?.startedMs).toBe(T);
  });

  it('counts as done what stands', () => {
    expect(progress(asked(first, 'a', done, T))).toBe(33);
    expect(progress(first)).toBe(0);
  });
});
