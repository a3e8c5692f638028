import type { Ssm, StoredParameter } from '../aws/ssm.ts';
import { GsysError } from '../errors.ts';
import { type HolderProcess, hasEnded } from './holder-process.ts';

/** Who holds a lock, as it is written down for whoever finds it taken. */
export interface LockHolder {
  /** `deploy settings` */
  command: string;
  /** `ann@laptop` */
  who: string;
  /** Of those that make one. */
  release?: string;
  /** Where that is known: one that has ended holds nothing. */
  process?: HolderProcess | undefined;
}

export interface LockPlace {
  fleet: string;
  environment: string;
}

export interface HeldLock {
  number: number;
  /** Renews when a third of its life is over. @throws GsysError LOCKED when it is not ours any more */
  keep(): Promise<void>;
  /** @throws GsysError LOCKED when somebody succeeded us */
  check(): Promise<void>;
  release(): Promise<void>;
  /** The same lock through another access, when the first one has ended. */
  through(ssm: Ssm): HeldLock;
}

interface LockValue extends LockHolder {
  since: string;
  state: 'held' | 'released';
}

/** A holder that has not renewed for this long is gone; milliseconds. */
export const LOCK_LIFE = 120_000;
/** Numbers are never reused, so that only the last few have to stay. */
const KEPT = 3;

/**
 * One mutating command at a time. The highest number is the lock; when it is released or has expired, or its holder was
 * a process of this machine that has ended, whoever creates the next number has it, because SSM creates a name only
 * once.
 * @param serverNow milliseconds since the epoch by the server's clock, which also stamps each write
 * @throws GsysError LOCKED
 */
export async function acquireLock(
  ssm: Ssm,
  place: LockPlace,
  holder: LockHolder,
  serverNow: () => number,
): Promise<HeldLock> {
  const path = lockPath(place);
  const existing = await numbered(ssm, path);
  const highest = existing.at(-1);
  if (highest !== undefined && isHeld(highest.parameter, serverNow())) throw locked(highest.parameter, place);

  const number = (highest?.number ?? 0) + 1;
  const since = new Date(serverNow()).toISOString();
  const value: LockValue = { ...holder, since, state: 'held' };
  const name = `${path}/${number}`;
  if (!(await ssm.create(name, JSON.stringify(value)))) throw locked(await ssm.get(name), place);
  const lock = heldLock(ssm, { number, name, path, place, value, serverNow });
  // Somebody slow may have created a number that had been tidied away.
  await lock.check();
  await ssm.remove(existing.slice(0, -KEPT).map(({ parameter }) => parameter.name));
  return lock;
}

interface Held {
  number: number;
  name: string;
  path: string;
  place: LockPlace;
  value: LockValue;
  serverNow: () => number;
}

function heldLock(ssm: Ssm, held: Held): HeldLock {
  const { number, name, path, place, value, serverNow } = held;
  let renewedAt = serverNow();
  const check = async () => {
    const winner = (await numbered(ssm, path)).at(-1);
    if (winner?.number !== number) throw locked(winner?.parameter, place);
  };
  return {
    number,
    check,
    async keep() {
      if (serverNow() - renewedAt < LOCK_LIFE / 3) return;
      await check();
      await ssm.overwrite(name, JSON.stringify(value));
      renewedAt = serverNow();
    },
    release: () => ssm.overwrite(name, JSON.stringify({ ...value, state: 'released' })),
    through: (other) => heldLock(other, held),
  };
}

/** Who holds the lock, if anybody does. */
export async function lockHolder(
  ssm: Ssm,
  place: LockPlace,
  serverNow: () => number,
): Promise<(LockHolder & { number: number; since: string }) | undefined> {
  const highest = (await numbered(ssm, lockPath(place))).at(-1);
  if (highest === undefined || !isHeld(highest.parameter, serverNow())) return undefined;
  const unknown = { command: 'an unknown command', who: 'somebody', since: 'unknown' };
  return { ...unknown, ...parse(highest.parameter.value), number: highest.number };
}

/**
 * Takes the lock from whoever holds it: the next number, released at once. A holder that is still alive learns of it
 * before its next change.
 * @throws GsysError LOCKED when somebody was faster
 */
export async function breakLock(
  ssm: Ssm,
  place: LockPlace,
  holder: LockHolder,
  since: string,
): Promise<number> {
  const path = lockPath(place);
  const number = ((await numbered(ssm, path)).at(-1)?.number ?? 0) + 1;
  const value: LockValue = { ...holder, since, state: 'released' };
  const name = `${path}/${number}`;
  if (!(await ssm.create(name, JSON.stringify(value)))) throw locked(await ssm.get(name), place);
  return number;
}

export function lockPath({ fleet, environment }: LockPlace): string {
  return `/gsys/${fleet}/${environment}/lock`;
}

async function numbered(ssm: Ssm, path: string): Promise<{ number: number; parameter: StoredParameter }[]> {
  const children = await ssm.children(path);
  return children
    .map((parameter) => ({ number: Number(parameter.name.split('/').at(-1)), parameter }))
    .filter(({ number }) => Number.isInteger(number))
    .sort((a, b) => a.number - b.number);
}

/** A value that nobody can read is held until it expires. */
function isHeld(parameter: StoredParameter, now: number): boolean {
  const value = parse(parameter.value);
  if (value?.state === 'released' || now - parameter.modifiedAt >= LOCK_LIFE) return false;
  return value?.process === undefined || !hasEnded(value.process);
}

function parse(text: string): LockValue | undefined {
  try {
    return JSON.parse(text) as LockValue;
  } catch {
    return undefined;
  }
}

function locked(parameter: StoredParameter | undefined, { fleet, environment }: LockPlace): GsysError {
  const holder = parameter && parse(parameter.value);
  const by = holder ? `${holder.who} (${holder.command}, since ${holder.since})` : 'another command';
  return new GsysError('LOCKED', `${fleet} in ${environment} is locked by ${by}`, {
    next: `wait until it is done; a holder that is gone loses the lock after ${LOCK_LIFE / 1000} s, or: gsys unlock`,
  });
}
