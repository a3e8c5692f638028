import type { LiveTailSessionLogEvent, LiveTailSessionUpdate } from '@aws-sdk/client-cloudwatch-logs';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html */
const LIMITS = {
  /** Events a second; of more, a sample is shown. */
  rate: 500,
  /** Updates that wait for a client who is slow; then the oldest are lost. */
  waiting: 10,
  /** An update's bytes: what a frame can be expected to carry. */
  bytes: 4 * 1024 * 1024,
};

/** Milliseconds after which an update is sent, if only to say that nothing came. */
const BEAT = 1000;
/** AWS gathers for a second; a line should be seen within one of being written, so we send sooner, but not for each. */
const GATHER = 250;

export interface Session {
  offer(events: LiveTailSessionLogEvent[]): void;
  /** The next update, as soon as there is one; undefined once the session has ended. */
  next(): Promise<LiveTailSessionUpdate | undefined>;
  end(): void;
}

/** What one Live Tail session gathers and hands out: updates of at most 500 events a second, and what was left out. */
export function createSession(now: () => number): Session {
  let gathered: LiveTailSessionLogEvent[] = [];
  let ready: LiveTailSessionUpdate[] = [];
  let recent: { at: number; count: number }[] = [];
  let last = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let wake: () => void = () => {};

  function schedule(): void {
    clearTimeout(timer);
    if (ended) return;
    // Whoever does not keep up gets the beat of AWS, and with it as much time.
    const pace = gathered.length > 0 && ready.length === 0 ? GATHER : BEAT;
    timer = setTimeout(send, Math.max(0, last + pace - now())).unref();
  }

  function send(): void {
    last = now();
    recent = recent.filter(({ at }) => at > last - BEAT);
    const room = LIMITS.rate - recent.reduce((sum, { count }) => sum + count, 0);
    const shown = sample(gathered, room);
    const sampled = shown.length < gathered.length;
    recent.push({ at: last, count: shown.length });
    ready.push({ sessionMetadata: { sampled }, sessionResults: shown });
    ready = ready.slice(-LIMITS.waiting);
    gathered = [];
    wake();
    schedule();
  }

  schedule();
  return {
    offer(events) {
      const first = gathered.length === 0;
      gathered.push(...events);
      if (first) schedule();
    },
    async next() {
      while (ready.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
      return ended ? undefined : ready.shift();
    },
    end() {
      ended = true;
      clearTimeout(timer);
      wake();
    },
  };
}

/** Evenly over what there is, in its order; an update's bytes are bounded too. */
function sample(events: LiveTailSessionLogEvent[], room: number): LiveTailSessionLogEvent[] {
  const step = Math.max(1, events.length / Math.max(room, 1));
  const shown: LiveTailSessionLogEvent[] = [];
  let bytes = 0;
  for (let i = 0; i < events.length && shown.length < room; i += step) {
    const event = events[Math.floor(i)] ?? {};
    bytes += Buffer.byteLength(event.message ?? '');
    if (bytes > LIMITS.bytes) break;
    shown.push(event);
  }
  return shown;
}
