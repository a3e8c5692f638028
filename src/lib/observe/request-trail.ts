import type { LogEvent, Logs } from '../aws/logs.ts';
import { GsysError } from '../errors.ts';
import { inOrder } from './in-order.ts';
import type { LogLine } from './log-line.ts';
import { isOfOne, type LogQuery, linesOf } from './read-logs.ts';

/** What is on record of one request, in order, through all tasks that it met. */
export interface RequestTrail {
  /** As it was asked for, then the trace and request ids that go with it. */
  ids: string[];
  steps: {
    line: LogLine /** Milliseconds since the step before, by the tasks' clocks. */;
    afterMs: number;
  }[];
}

/** As gateways and services make them, or take them from a client: printable, no spaces, nothing that ends a pattern. */
const ID = /^[\x21\x23-\x7e]{6,128}$/;
/** CloudWatch's limit of a pattern is 1024 characters. */
const MOST_IDS = 6;

/**
 * The gateway's lines carry request id and trace id, those of services the trace id: so whichever of them is known, the
 * lines that hold it name the others, and those lead to the rest.
 * @throws GsysError USAGE for what cannot be an id
 */
export async function requestTrail(
  id: string,
  query: LogQuery,
  logs: Pick<Logs, 'filterEvents'>,
): Promise<RequestTrail> {
  if (!ID.test(id))
    throw new GsysError('USAGE', `${JSON.stringify(id.slice(0, 40))} is no request or trace id`, {
      next: 'an answer of the gateway carries it as x-request-id and x-trace-id, an error in its body',
    });
  const found = await holding([id], query, logs);
  const ids = [...new Set([id, ...found.flatMap((event) => idsOf(event, id))])].slice(0, MOST_IDS);
  const events = ids.length === 1 ? found : await holding(ids, query, logs);
  const lines = linesOf(events, query).slice(-query.limit);
  const time = (index: number) => Date.parse(lines[index]?.at ?? '');
  return {
    ids,
    steps: lines.map((line, i) => ({ line, afterMs: i === 0 ? 0 : time(i) - time(i - 1) })),
  };
}

/** Asks CloudWatch for these alone: a window of all that a fleet writes would be minutes of reading. */
async function holding(
  ids: string[],
  { services, start, end }: LogQuery,
  logs: Pick<Logs, 'filterEvents'>,
): Promise<LogEvent[]> {
  const groups = [...new Set(services.map(({ logGroup }) => logGroup))];
  const pattern = ids.length === 1 ? `"${ids[0]}"` : ids.map((id) => `?"${id}"`).join(' ');
  const read = await Promise.all(groups.map((group) => logs.filterEvents({ group, start, end, pattern })));
  const events = read.flat().filter((event) => isOfOne(services, event));
  return [...new Map(events.map((event) => [`${event.group}\0${event.id}`, event])).values()].sort(inOrder);
}

/** Of a structured line that is about this id, not of one that mentions it. Pure. */
function idsOf({ message }: LogEvent, id: string): string[] {
  try {
    const { traceId, requestId } = JSON.parse(message) as Record<string, unknown>;
    const both = [traceId, requestId].filter((one): one is string => typeof one === 'string' && ID.test(one));
    return both.includes(id) ? both : [];
  } catch {
    return [];
  }
}
