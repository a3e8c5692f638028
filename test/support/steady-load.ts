import type { TestContext } from 'vitest';
import { messageOf } from '../../src/lib/errors.ts';
import type { Answer } from './load.ts';

/** Requests at an even rate, whatever becomes of those before: as players come, who do not wait for each other. */
export interface SteadyLoad {
  answered(): number;
  /** Waits for what is under way. */
  stop(): Promise<Steady>;
}

/** What became of it. */
export interface Steady {
  /** A second: as it was asked. */
  rate: number;
  /** Milliseconds from the first to the last. */
  took: number;
  sent: number;
  answered: number;
  /** How many failed, and how. */
  lost: Record<string, number>;
}

/** A second, where the machine carries twice as many. */
const RATE = 500;
/** How many tell what it carries, and how many of them are under way at the same time. */
const SAMPLE = 400;
const SIDE_BY_SIDE = 16;
/** Requests under way at the same time, at most: more would pile up in front of a machine that is slow. */
export const MOST = 64;
/** Milliseconds that a request may be late and is sent all the same: a process that stood still catches up. */
const LATE = 1000;
/** Milliseconds that a request is waited for, on a busy machine too. */
const PATIENCE = 30_000;
/** Milliseconds. */
const TICK = 5;

/** Sends the n-th request, and gives it up when the signal says so. */
type Ask = (n: number, signal: AbortSignal) => Promise<Answer>;

/**
 * How many are asked a second: at most half of what is carried, which leaves the other half to what goes on meanwhile.
 * Where all of it is asked for, requests are lost of that alone.
 */
async function rateFor(ask: Ask): Promise<number> {
  const began = performance.now();
  let next = 0;
  const work = async () => {
    while (next < SAMPLE) await ask(next++, AbortSignal.timeout(PATIENCE)).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  const carried = (SAMPLE * 1000) / (performance.now() - began);
  return Math.max(1, Math.min(RATE, Math.floor(carried / 2)));
}

export async function startSteadyLoad(ask: Ask): Promise<SteadyLoad> {
  const rate = await rateFor(ask);
  const began = performance.now();
  const underWay = new Set<Promise<void>>();
  const lost: Record<string, number> = {};
  let [sent, putOff, answered] = [0, 0, 0];
  const send = async (n: number) => {
    const failure = await ask(n, AbortSignal.timeout(PATIENCE)).then(
      ({ status, body }) =>
        status === 200 ? undefined : `${status} ${body.error?.code}: ${body.error?.message}`,
      (error: Error) => messageOf(error.cause ?? error),
    );
    if (failure === undefined) answered++;
    else lost[failure] = (lost[failure] ?? 0) + 1;
  };
  const dueAfter = (ms: number) => Math.floor((ms * rate) / 1000);
  const tick = () => {
    const due = dueAfter(performance.now() - began);
    for (; sent + putOff < due && underWay.size < MOST; sent++) {
      const request = send(sent).finally(() => underWay.delete(request));
      underWay.add(request);
    }
    putOff += Math.max(0, due - dueAfter(LATE) - sent - putOff);
  };
  const timer = setInterval(tick, TICK);
  return {
    answered: () => answered,
    async stop() {
      clearInterval(timer);
      const took = performance.now() - began;
      await Promise.all(underWay);
      return { rate, took, sent, answered, lost };
    },
  };
}

/** For the fault matrix: how much was asked, at what rate, and what it came to. */
export function tell({ task }: TestContext, { rate, took, sent, answered }: Steady): void {
  const reached = Math.round((sent * 1000) / took);
  const why = rate < RATE ? `, half of what this machine carries being ${rate}` : '';
  task.meta.measured = `${answered} of ${sent} requests answered, ${reached} a second${why}`;
}

declare module 'vitest' {
  interface TaskMeta {
    /** Shown beside its outcome. */
    measured?: string;
  }
}
