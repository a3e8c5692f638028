import type { LiveEvent } from '../../aws/live-tail.ts';

/** A stretch of a group to read; milliseconds since the epoch. */
export interface Stretch {
  from: number;
  /** Open where undefined: events of clocks that are ahead lie there. */
  to: number | undefined;
  kind: 'head' | 'again';
}

/** Milliseconds. Server times come to us in whole seconds, and events become visible a little out of order. */
const OVERLAP = 3000;
/** Between two reads of one group. */
const POLL = 500;
/** What was read is read again so much later, for events that came late: by the way, or by their task's clock. */
const AGAIN_AFTER = 20_000;
const AGAIN_EVERY = 10_000;
/** Of what was read at once. */
const AGAIN_SPAN = 30_000;
/** A clock that is further off is not waited for. */
const MOST_LATE = 30_000;
/** What is kept per read of what was learnt about lateness: half of it is forgotten after some thirty reads. */
const MEMORY = 0.98;
/** Events held back; with more, reading is too slow to wait for and will find them itself. */
const MOST_HELD = 20_000;
/** Updates in a row that must be complete before Live Tail is believed again. */
const CALM = 3;

/**
 * What has been shown of one group, and what must still be read. Live Tail shows everything while it is connected and
 * does not sample; from whenever it did not, there is a gap, which is read until a read that began after Live Tail
 * was complete again has ended. What comes live meanwhile is held back, so that it stays behind what is read.
 */
export class Coverage {
  private unreadFrom: number | undefined;
  /** Changes whenever Live Tail begins or ceases to show everything. */
  private epoch = 0;
  private complete = false;
  private calm = 0;
  /** When Live Tail last showed everything. */
  private heard = 0;
  private held: LiveEvent[] = [];
  private lastRead = Number.NEGATIVE_INFINITY;
  private again: { from: number; to: number; due: number } | undefined;
  /** By how much events were late, lately. */
  private late = 0;

  constructor(unreadFrom: number) {
    this.unreadFrom = unreadFrom;
  }

  liveStarted(now: number): void {
    this.epoch++;
    this.complete = true;
    this.heard = now;
    this.calm = CALM;
  }

  liveEnded(): void {
    this.openGap();
    this.calm = 0;
  }

  /** @returns what to show now */
  update(events: LiveEvent[], sampled: boolean, now: number): LiveEvent[] {
    this.learnLateness(events);
    this.calm = sampled ? 0 : this.calm + 1;
    if (sampled) this.openGap();
    if (!this.complete && this.calm >= CALM) this.liveStarted(now);
    if (!this.complete) return [];
    this.heard = now;
    if (this.unreadFrom === undefined) return events;
    this.held = this.held.concat(events);
    if (this.held.length > MOST_HELD) this.liveEnded();
    return [];
  }

  /** Whether Live Tail shows everything now. */
  get isComplete(): boolean {
    return this.complete;
  }

  /** What to read next, if it is time. */
  next(now: number): Stretch | undefined {
    if (this.unreadFrom !== undefined && now - this.lastRead >= POLL)
      return { kind: 'head', from: this.unreadFrom - OVERLAP - this.late, to: undefined };
    if (this.again === undefined || now < this.again.due) return undefined;
    return { kind: 'again', from: this.again.from, to: Math.min(this.again.to, now - AGAIN_AFTER) };
  }

  /** @returns what to tell of how the read ended */
  begin(stretch: Stretch, now: number): () => LiveEvent[] {
    const epoch = this.complete ? this.epoch : undefined;
    return () => {
      if (stretch.kind === 'again') this.readAgain(stretch, now);
      else this.readHead(stretch, now);
      if (stretch.kind === 'again' || epoch !== this.epoch || !this.complete) return [];
      this.unreadFrom = undefined;
      const { held } = this;
      this.held = [];
      return held;
    };
  }

  learnLateness(events: Pick<LiveEvent, 'timestamp' | 'ingested'>[]): void {
    const late = events.reduce((most, { timestamp, ingested }) => Math.max(most, ingested - timestamp), 0);
    if (late > this.late) this.late = Math.min(late, MOST_LATE);
  }

  private openGap(): void {
    if (!this.complete) return;
    this.epoch++;
    this.complete = false;
    this.unreadFrom = Math.min(this.unreadFrom ?? this.heard, this.heard);
    // The read will find them.
    this.held = [];
  }

  private readHead({ from }: Stretch, now: number): void {
    this.lastRead = now;
    this.unreadFrom = now;
    this.late *= MEMORY;
    this.again ??= { from: Math.max(from, now - AGAIN_SPAN), to: now, due: now + AGAIN_AFTER + AGAIN_EVERY };
    this.again.to = now;
  }

  private readAgain({ to = 0 }: Stretch, now: number): void {
    if (this.again === undefined) return;
    const isLast = to >= this.again.to;
    this.again = isLast ? undefined : { from: to, to: this.again.to, due: now + AGAIN_EVERY };
  }
}
