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
  /** Milliseconds from the first to the last. */
  took: number;
  /** How many the rate asks for in that time: `sent`, or `unsent` where too many were under way already. */
  due: number;
  sent: number;
  unsent: number;
  answered: number;
  /** How many failed, and how. */
  lost: Record<string, number>;
}

/** A second. */
export const RATE = 500;
/** Requests under way at the same time, at most: more would pile up in front of a machine that is slow. */
export const MOST = 64;
/** Milliseconds that a request may be late and is sent all the same: a process that stood still catches up. */
const LATE = 1000;
/** Milliseconds that a request is waited for, on a busy machine too. */
const PATIENCE = 30_000;
/** Milliseconds. */
const TICK = 5;

/** @param ask sends the n-th request, and gives it up when the signal says so */
export function startSteadyLoad(ask: (n: number, signal: AbortSignal) => Promise<Answer>): SteadyLoad {
  const began = performance.now();
  const underWay = new Set<Promise<void>>();
  const lost: Record<string, number> = {};
  let [sent, unsent, answered] = [0, 0, 0];
  const send = async (n: number) => {
    const failure = await ask(n, AbortSignal.timeout(PATIENCE)).then(
      ({ status, body }) =>
        status === 200 ? undefined : `${status} ${body.error?.code}: ${body.error?.message}`,
      (error: Error) => messageOf(error.cause ?? error),
    );
    if (failure === undefined) answered++;
    else lost[failure] = (lost[failure] ?? 0) + 1;
  };
  const dueAfter = (ms: number) => Math.floor((ms * RATE) / 1000);
  const tick = () => {
    const due = dueAfter(performance.now() - began);
    for (; sent + unsent < due && underWay.size < MOST; sent++) {
      const request = send(sent).finally(() => underWay.delete(request));
      underWay.add(request);
    }
    unsent += Math.max(0, due - dueAfter(LATE) - sent - unsent);
  };
  const timer = setInterval(tick, TICK);
  return {
    answered: () => answered,
    async stop() {
      clearInterval(timer);
      const took = performance.now() - began;
      const due = dueAfter(took);
      unsent = due - sent;
      await Promise.all(underWay);
      return { took, due, sent, unsent, answered, lost };
    },
  };
}

/** For the fault matrix: how much was asked, at what rate, and what it came to. */
export function tell({ task }: TestContext, { took, sent, unsent, answered }: Steady): void {
  const rate = Math.round((sent * 1000) / took);
  const carried = unsent === 0 ? '' : ` of the ${RATE} wanted, which was more than this machine carried`;
  task.meta.measured = `${answered} of ${sent} requests answered, ${rate} a second${carried}`;
}

declare module 'vitest' {
  interface TaskMeta {
    /** Shown beside its outcome. */
    measured?: string;
  }
}
