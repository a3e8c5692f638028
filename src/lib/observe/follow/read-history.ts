import type { LogEvent } from '../../aws/logs.ts';
import { inOrder } from '../in-order.ts';
import { type LogLine, logLine } from '../log-line.ts';
import { isOfOne, type LogQuery, linesOf, wanted } from '../read-logs.ts';
import type { Merge } from './merge.ts';
import { readStretch } from './read-stretch.ts';
import { REMEMBERED } from './seen.ts';
import type { FollowContext } from './sources.ts';
import type { Target } from './target.ts';

/**
 * What was written since the query's start, the last so many lines. Its end can come again and is remembered; what
 * came live meanwhile is let go once everything is read.
 * @returns the lines, and what shows those that came live
 * @throws GsysError, also for an endpoint that has never answered
 */
export async function readHistory(
  targets: Target[],
  query: LogQuery,
  merge: Merge,
  context: FollowContext,
): Promise<{ lines: LogLine[]; goOn(): void }> {
  const read = await Promise.all(
    targets.map(async (target) => {
      const now = context.sources.now();
      const end = target.coverage.begin({ kind: 'head', from: query.start, to: undefined }, now);
      let last: LogEvent[] = [];
      for await (const events of readStretch(target, { from: query.start }, false, context)) {
        merge.remember(
          events.filter(({ timestamp, ingested }) => Math.max(timestamp, ingested) > now - REMEMBERED),
        );
        last = [...last, ...events.filter((event) => isAsked(event, target, query))].slice(-query.limit);
      }
      return { last, goOn: () => target.show(end()) };
    }),
  );
  const events = read.flatMap(({ last }) => last).sort(inOrder);
  return {
    lines: linesOf(events, query).slice(-query.limit),
    goOn: () => read.forEach(({ goOn }) => void goOn()),
  };
}

function isAsked(event: LogEvent, { services }: Target, query: LogQuery): boolean {
  if (!isOfOne(services, event)) return false;
  const line = logLine(event, query.services);
  // A line of a trace is judged with the others.
  return line.level === undefined || wanted(line, query);
}
