import type { ManagedProcess } from './processes.ts';

/** Keeps one node running. */
export interface Keeper {
  name: string;
  /** Undefined while it is down. */
  pid(): number | undefined;
  /** Why it ended last, if it is down. */
  downBecause(): string | undefined;
  /** Starts it at once if it is down. @returns whether it was */
  heal(): Promise<boolean>;
  /** Stops it, does something while it is down, if asked to, and starts it again whatever became of that. */
  restart(whileDown?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Milliseconds. Long enough that an operator sees the node gone and `gsys verify` can name it, short enough that a
 * fleet left alone is whole again; systemd's Restart= does the same in production. A node that is merely stopped
 * (SIGSTOP) has not ended and is left as it is.
 */
const RESTART_DELAY = 15_000;
/** How a process ends that meant to: a nats-server in lame duck mode. It is wanted again at once. */
const ON_PURPOSE = 'exit code 0';
/** Milliseconds: one that ends sooner does not run, whatever it meant. */
const LEAST_LIFE = 1000;
/** Milliseconds a node has to close its files. */
const STOP_GRACE = 5000;

/** @param onChange called whenever the process is another one, or none */
export function keepRunning(
  name: string,
  start: () => Promise<ManagedProcess>,
  onChange: () => void = () => {},
  restartDelay = RESTART_DELAY,
): Keeper {
  let current: ManagedProcess | undefined;
  let reason: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let starting: Promise<boolean> | undefined;
  let stopped = false;

  const launch = async (): Promise<boolean> => {
    clearTimeout(timer);
    const mine = await start();
    const since = performance.now();
    current = mine;
    reason = undefined;
    void mine.ended.then((how) => {
      current = undefined;
      reason = how;
      const atOnce = how === ON_PURPOSE && performance.now() - since > LEAST_LIFE;
      if (!stopped)
        timer = setTimeout(() => void heal().catch(retryLater), atOnce ? 0 : restartDelay).unref();
      onChange();
    });
    onChange();
    return true;
  };
  const heal = (): Promise<boolean> => {
    if (stopped || current !== undefined) return Promise.resolve(false);
    starting ??= launch().finally(() => {
      starting = undefined;
    });
    return starting;
  };
  const retryLater = () => {
    if (!stopped) timer = setTimeout(() => void heal().catch(retryLater), restartDelay).unref();
  };
  return {
    name,
    pid: () => current?.pid,
    downBecause: () => (current === undefined ? (reason ?? 'it was not started') : undefined),
    heal,
    async restart(whileDown) {
      const before = starting ?? Promise.resolve(false);
      const work = async () => {
        await current?.stop(STOP_GRACE);
        try {
          await whileDown?.();
        } finally {
          await launch();
        }
        return true;
      };
      // Who heals it meanwhile waits for this.
      starting = before
        .catch(() => false)
        .then(work)
        .finally(() => {
          starting = undefined;
        });
      await starting;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await starting?.catch(() => false);
      await current?.stop(STOP_GRACE);
    },
  };
}
