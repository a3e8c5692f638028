import type { RequestTrail } from '../lib/observe/request-trail.ts';
import { jsonLine } from './json-lines.ts';
import { type LogTextOptions, logText } from './log-text.ts';
import { plain } from './paint.ts';

/** Every line with the time since the one before, then through whom the request went. */
export function requestTrailText({ ids, steps }: RequestTrail, options: LogTextOptions): string {
  const lines = steps.map(({ line, afterMs }) => logText(line, { ...options, after: afterMs }));
  const tasks = [...new Set(steps.map(({ line }) => `${line.service}/${line.task.slice(0, 8)}`))];
  const total = steps.reduce((sum, { afterMs }) => sum + afterMs, 0);
  return [
    ...lines,
    '',
    `${steps.length} lines of ${tasks.length} tasks, ${total} ms from the first to the last by their clocks`,
    `${options.paint('dim', 'through')} ${plain(tasks.join(' → '))}`,
    `${options.paint('dim', 'known as')} ${plain(ids.join(', '))}`,
  ].join('\n');
}

export function requestTrailJson({ steps }: RequestTrail): string {
  return steps.map(({ line, afterMs }) => jsonLine('gsys/logs/v1', { ...line, afterMs })).join('');
}
