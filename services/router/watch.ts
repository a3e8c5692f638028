import type { NatsConnection } from 'nats';
import { NotConnected } from '../sdk/call-errors.ts';
import type { Link } from '../sdk/connect.ts';
import type { Logger } from '../sdk/log.ts';
import { repeat } from '../sdk/repeat.ts';
import { type Sample, type Statistics, statistics, WINDOW_MS } from './statistics.ts';
import { survey } from './survey.ts';

/** What one task has seen of the fleet. It is a measurement and nobody's state: another task's differs a little. */
export interface Watch {
  /** By service, of the last minute. The first one waits until everybody was asked once. */
  view(): Promise<Map<string, Statistics>>;
  /** Asks everybody anew, for who has been there for less than a round. */
  refresh(): Promise<Map<string, Statistics>>;
  /** Asks everybody again and again. @returns ends it */
  work(log: Logger): () => Promise<void>;
}

/** Between two rounds; milliseconds. */
const ROUND_MS = 2_000;

export function watch(link: Link, now: () => number = () => Date.now()): Watch {
  let samples: Sample[] = [];
  let running = Promise.resolve();
  /** The round after that, shared by all who wait for it. */
  let next: Promise<void> | undefined;
  const connection = (): NatsConnection => {
    const nc = link.connection();
    if (!nc || !link.isConnected()) throw new NotConnected();
    return nc;
  };
  const look = async () => {
    const instances = await survey(connection());
    const atMs = now();
    samples = [...samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS), { atMs, instances }];
  };
  /** A round that begins from now on: one that is under way may have missed who has just come. */
  const ask = () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        running = look();
        return running;
      });
    return next;
  };
  const refresh = async () => {
    await ask();
    return statistics(samples, now());
  };
  return {
    view: async () => (samples.length === 0 ? refresh() : statistics(samples, now())),
    refresh,
    work: (log) => repeat('asking all instances', ROUND_MS, log, ask),
  };
}
