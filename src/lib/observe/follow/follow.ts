import { batches } from '../../aws/batches.ts';
import { LIVE_TAIL } from '../../aws/live-tail.ts';
import type { LogEvent } from '../../aws/logs.ts';
import { rateBudget } from '../../aws/rate-budget.ts';
import { pause } from '../../pause.ts';
import type { LogLine } from '../log-line.ts';
import { type LogQuery, linesOf } from '../read-logs.ts';
import { keepReading } from './keep-reading.ts';
import { keepTailing } from './keep-tailing.ts';
import { createLag } from './lag.ts';
import { createMerge } from './merge.ts';
import { outlet } from './outlet.ts';
import { readHistory } from './read-history.ts';
import type { FollowContext, FollowSources } from './sources.ts';
import { targetsOf } from './target.ts';

export type FollowEvent =
  | {
      type: 'lines';
      lines: LogLine[];
      /** When CloudWatch took the newest of them, where they were just written; milliseconds since the epoch. */
      newest?: number | undefined;
    }
  /** About the lines, among them: sampled from here on. */
  | { type: 'mark'; text: string }
  /** About the following. */
  | { type: 'note'; text: string };

/** FilterLogEvents a second: the least that any region grants, for all who ask in the account together. */
const RATE = 5;
/** Milliseconds between two looks at what is to be shown. */
const TICK = 25;
/** Lines that wait for whoever reads: some megabytes. What comes beyond is left to be read again. */
const MOST_WAITING = 20_000;
/** Milliseconds that Live Tail gets to be there before the history is read: then there is no gap between them. */
const HEAD_START = 2000;

/**
 * The lines of all tasks of the services: those since `start`, then what is written, as it is written. Nothing is
 * left out and nothing told twice: Live Tail shows, FilterLogEvents reads what it does not show.
 * @param open the sources, until the signal is aborted
 * @throws GsysError for what waiting will not cure; the signal's reason
 */
export async function* followLogs(
  query: LogQuery,
  open: (signal: AbortSignal) => FollowSources,
  signal: AbortSignal,
): AsyncGenerator<FollowEvent> {
  const leaving = new AbortController();
  const ending = AbortSignal.any([signal, leaving.signal]);
  const out = outlet<FollowEvent>(ending, linesIn);
  const monotonic = () => performance.now();
  const merge = createMerge(query.services, monotonic);
  const context: FollowContext = {
    sources: open(ending),
    budget: rateBudget(RATE, monotonic),
    signal: ending,
    isFull: () => out.waiting() > MOST_WAITING,
    note: (text) => out.put({ type: 'note', text }),
    mark: (text) => out.put({ type: 'mark', text }),
  };

  async function run(): Promise<void> {
    const targets = targetsOf(query.services, query.start, merge.live);
    const sessions = batches(targets, LIVE_TAIL.groups)
      .slice(0, LIVE_TAIL.sessions)
      .map((group) => keepTailing(group, context));
    const tailing = Promise.all(sessions.map(({ ended }) => ended));
    const settled = Promise.all(sessions.map((session) => session.settled));
    await Promise.race([settled, tailing, pause(HEAD_START, ending)]);
    const { lines, goOn } = await readHistory(targets, query, merge, context);
    out.put({ type: 'lines', lines });
    goOn();
    await Promise.all([tailing, ...targets.map((target) => keepReading(target, merge.found, context))]);
  }

  const showing = setInterval(() => {
    const due = merge.due();
    const lines = linesOf(due, query);
    if (lines.length > 0) out.put({ type: 'lines', lines, newest: newestOf(due) });
  }, TICK);
  run().catch(out.fail);
  try {
    const lag = createLag();
    for await (const event of out.items()) {
      yield event;
      if (event.type !== 'lines' || event.newest === undefined) continue;
      const said = lag.look(context.sources.now() - event.newest, monotonic());
      if (said !== undefined) yield { type: 'note', text: said };
    }
  } finally {
    clearInterval(showing);
    leaving.abort();
  }
}

function linesIn(event: FollowEvent): number {
  return event.type === 'lines' ? event.lines.length : 0;
}

/** What waits in a group is taken in order: the newest of a batch says how far we are. */
function newestOf(events: Pick<LogEvent, 'ingested'>[]): number | undefined {
  const newest = events.reduce((most, { ingested }) => Math.max(most, ingested), 0);
  return newest === 0 ? undefined : newest;
}
