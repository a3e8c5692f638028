import { recogniseFault } from './connection-fault.ts';

/** At the same time: fifty share two cores so that none is done in time, and eight keep them as busy. */
const MOST = 8;
/** How often one is tried that failed because we were slow. */
const TRIES = 3;
/** Milliseconds between two looks at the clock, and how late they come all in all where we are slow. */
const LOOK = 50;
const HELD_UP = 1000;

let under = 0;
const waiting: (() => void)[] = [];

/**
 * A server gives up on whoever does not shake hands within seconds (`tls.timeout`: 5 of ours). On a machine that is busy
 * that is our fault and not the server's: so only some are shaken at once, and a connection that was closed while this
 * process did not get to run is opened again.
 * @param shake opens a connection and shakes hands @throws ConnectionFault
 */
export async function shakingHands<T>(shake: () => Promise<T>): Promise<T> {
  if (under >= MOST) await new Promise<void>((resolve) => waiting.push(resolve));
  else under++;
  try {
    for (let tried = 1; ; tried++) {
      const lateness = watchLateness();
      try {
        return await shake();
      } catch (error) {
        const { kind } = recogniseFault(error);
        if (tried === TRIES || kind !== 'tcp' || lateness() < HELD_UP) throw error;
      } finally {
        lateness();
      }
    }
  } finally {
    // Whoever is next takes this one's place.
    const next = waiting.shift();
    if (next === undefined) under--;
    else next();
  }
}

/** @returns ends the watch, and tells how many milliseconds this process was late in all */
function watchLateness(): () => number {
  let seen = performance.now();
  let late = 0;
  const look = () => {
    const now = performance.now();
    late += Math.max(0, now - seen - LOOK);
    seen = now;
  };
  const timer = setInterval(look, LOOK).unref();
  return () => {
    look();
    clearInterval(timer);
    return late;
  };
}
