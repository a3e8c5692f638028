import { HELD_UP } from '../awake.ts';
import { withDeadline } from '../connection-fault.ts';

/** One answer of a gateway's route, over a connection of its own. */
export interface RouteAnswer {
  status: number;
  /** Parsed where it is JSON, else the beginning of the text. */
  body: unknown;
  /** Which task gave it, as its header says. */
  task: string | undefined;
}

export interface RouteRequest {
  url: URL;
  /** JSON to post; undefined is a GET. */
  body?: unknown;
  signal: AbortSignal;
}

/** Milliseconds. */
const TIMEOUT = 2500;
/** Characters of a body that is no JSON; it is shown to a person. */
const MAX_TEXT = 200;
/** Whoever balances the load need not take turns; twenty rounds make a miss unlikely for ten tasks. */
const MAX_ROUNDS = 20;

/** Asks once. @throws whatever fetch throws */
export async function askRoute({ url, body, signal }: RouteRequest): Promise<RouteAnswer> {
  const fetched = fetch(url, {
    // A balancer spreads connections: one that is kept would ask the same task again.
    headers: { connection: 'close', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT * HELD_UP)]),
  }).then(async (response) => ({
    status: response.status,
    body: parse(await response.text()),
    task: response.headers.get('x-task-id') ?? undefined,
  }));
  return await withDeadline(fetched, TIMEOUT);
}

/**
 * Asks until every one of these tasks has answered, or one request fails.
 * @param tasks ids; one request at least is sent where nobody is known
 * @returns the answers, in no order; the last of them is the failure, if there was one
 * @throws whatever fetch throws
 */
export async function askEveryTask(request: RouteRequest, tasks: string[]): Promise<RouteAnswer[]> {
  const answers: RouteAnswer[] = [];
  const missing = new Set(tasks);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const asked = Array.from({ length: Math.max(1, missing.size) }, () => askRoute(request));
    const replies = await Promise.all(asked);
    answers.push(...replies.toSorted((a, b) => a.status - b.status));
    for (const { task } of replies) if (task !== undefined) missing.delete(task);
    if (missing.size === 0 || answers.at(-1)?.status !== 200) break;
  }
  return answers;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, MAX_TEXT);
  }
}
