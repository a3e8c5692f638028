import { unlessNamed } from '../../aws/errors.ts';
import type { LogEvent, Logs } from '../../aws/logs.ts';
import type { Collector } from '../collector.ts';

export interface ErrorLinesEvidence {
  /** Of each log group that the definition's services log to, and that is there. */
  groups: ErrorLines[];
}

export interface ErrorLines {
  group: string;
  /** By what their streams begin with, an ECS service's name: how many in the last minutes, and in the rest of the hour. */
  recent: Record<string, number>;
  before: Record<string, number>;
  /** Whether there were more than were read: these counts are the least that it can be. */
  more: boolean;
}

const MINUTE = 60_000;
/** Milliseconds. */
const RECENT_ERRORS = 5 * MINUTE;
const HOUR = 60 * MINUTE;
/** Requests for each of the two: AWS grants ten a second to everybody together. */
const MOST_PAGES = 5;
/** As services/sdk writes them. */
const ERRORS = '{ $.level = "error" || $.level = "fatal" }';

export const errorLines: Collector<'error-lines'> = {
  id: 'error-lines',
  budget: 15_000,
  async collect({ fleet, aws, now }) {
    const groups = [...new Set(fleet.services.map(({ logGroup }) => logGroup))];
    const end = now().getTime();
    const middle = end - RECENT_ERRORS;
    const readGroup = async (group: string): Promise<ErrorLines> => {
      const [recent, before] = await Promise.all([
        read(aws.logs, group, middle, end),
        read(aws.logs, group, end - HOUR, middle),
      ]);
      const more = recent.more || before.more;
      return { group, recent: byService(recent.events), before: byService(before.events), more };
    };
    const found = await Promise.all(
      groups.map((group) => unlessNamed(['ResourceNotFoundException'], undefined, readGroup(group))),
    );
    return { groups: found.flatMap((one) => one ?? []) };
  },
};

async function read({ eventPage }: Pick<Logs, 'eventPage'>, group: string, start: number, end: number) {
  const events: LogEvent[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const found = await eventPage({ group, start, end, pattern: ERRORS }, token);
    events.push(...found.events);
    token = found.next;
    if (token === undefined) return { events, more: false };
  }
  return { events, more: true };
}

function byService(events: LogEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { stream } of events) {
    const [service = ''] = stream.split('/');
    counts[service] = (counts[service] ?? 0) + 1;
  }
  return counts;
}
