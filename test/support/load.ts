import { until } from './until.ts';

/** What became of one request. */
export interface Outcome {
  /** Which one it was, from 0 on, and who sent it. */
  n: number;
  worker: number;
  /** Undefined: nobody said anything for as long as it was waited for. */
  answer: Answer | undefined;
}

/** In HTTP's words, over NATS too. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a body is whatever the service says it is
  body: any;
}

/** Requests without a pause, until it is stopped. */
export interface Load {
  /** So far, in the order in which they ended. */
  outcomes: Outcome[];
  /** Waits for what is under way. @returns all outcomes */
  stop(): Promise<Outcome[]>;
}

export interface LoadOptions {
  /** Requests at the same time. */
  workers: number;
  /** Milliseconds that a request is waited for: more than its deadline, on a machine that is busy too. */
  patience: number;
}

/** @param ask sends the n-th request, for the worker of that number, and gives it up when the signal says so */
export function startLoad(
  ask: (n: number, worker: number, signal: AbortSignal) => Promise<Answer>,
  { workers, patience }: LoadOptions,
): Load {
  const outcomes: Outcome[] = [];
  let going = true;
  let count = 0;
  const work = async (worker: number) => {
    while (going) {
      const n = count++;
      const answer = await ask(n, worker, AbortSignal.timeout(patience)).catch(() => undefined);
      outcomes.push({ n, worker, answer });
    }
  };
  const all = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
  return {
    outcomes,
    stop: async () => {
      going = false;
      await all;
      return outcomes;
    },
  };
}

/** A circuit that has opened is tried again after a minute. */
const PATIENCE_MS = 150_000;

/** Waits until more requests are answered as asked. */
export async function more(...loads: Load[]): Promise<void> {
  const answered = ({ outcomes }: Load) => outcomes.filter(({ answer }) => answer?.status === 200).length;
  const before = loads.map(answered);
  const isMore = () => loads.every((load, i) => answered(load) > (before[i] ?? 0) + 100);
  await until('answers', isMore, PATIENCE_MS);
}

/** How many failed, and how: `503 UNAVAILABLE`. */
export function failures(outcomes: Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { answer } of outcomes) {
    if (answer?.status === 200) continue;
    const what = answer === undefined ? 'no answer' : `${answer.status} ${answer.body.error?.code}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}
