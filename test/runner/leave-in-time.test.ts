import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { leaveInTime } from '../../src/runner/leave-in-time.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function task() {
  const exit = vi.fn();
  return Object.assign(new EventEmitter(), { exit }) as unknown as NodeJS.Process & { exit: typeof exit };
}

it('before there is a command, the task ends at once', () => {
  const process = task();
  leaveInTime(process);
  process.emit('SIGTERM');
  expect(process.exit).toHaveBeenCalledWith(130);
});

it('a command hears a second time before ECS kills it', () => {
  const process = task();
  leaveInTime(process);
  let heard = 0;
  process.on('SIGTERM', () => heard++);
  process.emit('SIGTERM');
  expect(heard).toBe(1);
  // Of the 120 seconds of gsys-runner.json, with 5 of them for the last words.
  vi.advanceTimersByTime(115_000);
  expect(heard).toBe(2);
  expect(process.exit).not.toHaveBeenCalled();
});
