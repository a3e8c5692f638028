import type { RequestRate } from './rates.ts';

/** Keeps what one command asks of AWS within the rates of the account. */
export interface Pace {
  /** Waits for a request's turn. @param call `ecs:DescribeServices` */
  take(call: string, signal: AbortSignal | undefined): Promise<void>;
  /** AWS found it too much: somebody else has used up the burst. */
  throttled(call: string): void;
}

interface PaceOptions {
  rates: RequestRate[];
  /** Whether rates hold before anything was throttled. */
  awake: boolean;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Milliseconds; rejects with the signal's reason. */
  wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/** What is left of a rate: when its next request would be due if there were no burst. Milliseconds. */
interface Lane {
  rate: RequestRate;
  awake: boolean;
  due: number;
}

/** Turns are given in the order in which they were asked for: a burst at once, the rest at an even pace. */
export function createPace({ rates, awake, now, wait }: PaceOptions): Pace {
  const lanes = new Map<string, Lane>();
  for (const rate of rates) {
    const lane = { rate, awake, due: Number.NEGATIVE_INFINITY };
    for (const call of rate.calls) lanes.set(call, lane);
  }
  return {
    async take(call, signal) {
      const lane = lanes.get(call);
      if (!lane?.awake) return;
      const turn = Math.max(now(), lane.due - slack(lane));
      lane.due = Math.max(lane.due, turn) + interval(lane);
      if (turn > now()) await wait(turn - now(), signal);
    },
    throttled(call) {
      const lane = lanes.get(call);
      if (lane === undefined) return;
      lane.awake = true;
      lane.due = Math.max(lane.due, now() + slack(lane) + interval(lane));
    },
  };
}

/** A little slower than AWS allows, so that requests which catch up with each other on the way are not too many. */
const PRUDENCE = 0.9;

function interval({ rate }: Lane): number {
  return 1000 / (rate.perSecond * PRUDENCE);
}

function slack(lane: Lane): number {
  return (lane.rate.burst - 1) * interval(lane);
}
