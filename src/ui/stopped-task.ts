import type { StoppedTask } from '../lib/probe/stopped-task.ts';
import { type Paint, plain } from './paint.ts';

/** Why a task stopped, and its last words under it. */
export function stoppedTaskLines({ task, reason, logs }: StoppedTask, paint: Paint): string[] {
  const words = logs.map((line) => `    ${paint('dim', '|')} ${plain(line)}`);
  return [`${paint('red', 'task stopped')} ${task.slice(0, 8)}: ${plain(reason)}`, ...words];
}
