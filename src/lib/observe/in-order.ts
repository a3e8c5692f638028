import type { LogEvent } from '../aws/logs.ts';

/**
 * How lines of several tasks are merged: by time, and what is of the same moment task by task. Those of one task and
 * one moment are equal, so that a sort leaves them as they came: only whoever told them knows which was first.
 */
export function inOrder(a: LogEvent, b: LogEvent): number {
  return a.timestamp - b.timestamp || compare(a.group, b.group) || compare(a.stream, b.stream);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
