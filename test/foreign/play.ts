import { setTimeout as sleep } from 'node:timers/promises';
import { canMake, type Kept, type Row, type Story } from './calls/row.ts';
import { heldBack } from './check/expect-row.ts';
import type { ForeignClient, Outcome } from './clients/client.ts';
import { configFor } from './clients/sdk.ts';
import { startAws } from './support/platform.ts';
import { type Exchange, record } from './support/recorder.ts';

/** What came of one row. */
export interface Played {
  outcome: Outcome | undefined;
  /** Why there is no outcome: the client itself failed. */
  failure: unknown;
  exchanges: Exchange[];
}

/** How long a row that says `eventually` may take (ms). */
const PATIENCE = 30_000;

/** Lets a client make every call of every story, stories side by side, against an endpoint of its own. */
export async function play(client: ForeignClient, stories: Story[]): Promise<Map<Row, Played>> {
  const platform = await startAws();
  const recorder = await record(platform.port);
  const played = new Map<Row, Played>();
  const next = createQueue(client.parallel);
  try {
    for (const { prepare } of stories) await prepare?.(configFor(`http://127.0.0.1:${platform.port}`));
    await Promise.all(
      stories.map(async ({ service, rows }) => {
        const kept: Kept = { image: platform.image, nodeFolder: platform.nodeFolder };
        for (const row of rows.filter((it) => canMake(it, client.kind))) {
          const name = `${service}-${rows.indexOf(row)}`;
          const endpoint = recorder.url(name);
          const result = await attempt(row, () =>
            next(() => {
              const input = typeof row.input === 'function' ? row.input(kept) : (row.input ?? {});
              return client.call({ service, row, input, kept, endpoint });
            }),
          );
          if (result.outcome?.answer) Object.assign(kept, row.keep?.(result.outcome.answer));
          played.set(row, { ...result, exchanges: recorder.exchanges(name) });
        }
      }),
    );
    if (platform.errors.length > 0)
      throw new AggregateError(platform.errors, 'the endpoint reported faults of its own');
  } finally {
    await recorder.close();
    await platform.close();
  }
  return played;
}

async function attempt(row: Row, call: () => Promise<Outcome>): Promise<Pick<Played, 'outcome' | 'failure'>> {
  const deadline = Date.now() + PATIENCE;
  try {
    for (;;) {
      const outcome = await call();
      if (!row.eventually || heldBack(row, outcome) === undefined || Date.now() > deadline)
        return { outcome, failure: undefined };
      await sleep(200);
    }
  } catch (failure) {
    return { outcome: undefined, failure };
  }
}

/** Runs so many at once, in the order they came. */
function createQueue(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const first = waiting.shift();
      if (first) first();
      else free += 1;
    }
  };
}
