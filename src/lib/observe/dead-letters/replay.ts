import { checkAccount } from '../../aws/sts.ts';
import { GsysError, messageOf } from '../../errors.ts';
import { holdLock, type LockOptions } from '../../release/hold-lock.ts';
import type { DeadLetter, DeadLetters } from './dead-letters.ts';

export interface ReplayOptions extends LockOptions {
  /** Which: by their numbers, or all whose subject fits. */
  sequences: number[];
  subject: string | undefined;
  dryRun: boolean;
  /** Asked once, with the plan; a no is NOT_CONFIRMED. */
  confirm(letters: DeadLetter[]): Promise<void>;
  onStep(done: number, of: number): void;
}

export interface Replayed {
  outcome: 'replayed' | 'incomplete' | 'nothing-to-do' | 'dry-run';
  letters: ReplayedLetter[];
}

export interface ReplayedLetter extends DeadLetter {
  /** Where it lies now, `GAME_EVENTS:18`; absent where it was not replayed. */
  replayedTo?: string;
  /** Why it was not, or is still among the dead. */
  failure?: string;
}

/**
 * Publishes letters again, one after another, and removes each when the stream that it was meant for has it. What is
 * interrupted between the two is replayed again by the next replay, which the stream recognises for two minutes or
 * however long it remembers.
 */
export async function replay(letters: DeadLetters, options: ReplayOptions): Promise<Replayed> {
  await checkAccount(options.access);
  const plan = await chosen(letters, options);
  if (plan.length === 0) return { outcome: 'nothing-to-do', letters: [] };
  if (options.dryRun) return { outcome: 'dry-run', letters: plan };
  await options.confirm(plan);
  const { lock, letGo } = await holdLock(options);
  const replayed: ReplayedLetter[] = [];
  try {
    for (const letter of plan) {
      options.access.signal?.throwIfAborted();
      await lock.keep();
      replayed.push(await replayOne(letters, letter));
      options.onStep(replayed.length, plan.length);
    }
  } finally {
    await letGo();
  }
  const isWhole = replayed.every(({ failure }) => failure === undefined);
  return { outcome: isWhole ? 'replayed' : 'incomplete', letters: replayed };
}

/** More at once than a person can have looked at. */
const MOST = 1_000;

async function chosen(letters: DeadLetters, { sequences, subject }: ReplayOptions): Promise<DeadLetter[]> {
  if (subject !== undefined) return (await letters.list(subject, MOST)).letters;
  const found = await Promise.all([...new Set(sequences)].map((sequence) => letters.read(sequence)));
  return found.map(({ data: _, ...letter }) => letter);
}

async function replayOne(letters: DeadLetters, letter: DeadLetter): Promise<ReplayedLetter> {
  if (letter.leftOut) return { ...letter, failure: 'its content was too large to be put aside, and is lost' };
  let replayedTo: string | undefined;
  try {
    replayedTo = await letters.publish(await letters.read(letter.sequence));
    await letters.remove(letter.sequence);
    await assertGone(letters, letter.sequence);
    return { ...letter, replayedTo };
  } catch (error) {
    return { ...letter, ...(replayedTo !== undefined && { replayedTo }), failure: messageOf(error) };
  }
}

/** That it was removed is seen, not believed. */
async function assertGone(letters: DeadLetters, sequence: number): Promise<void> {
  const found = await letters.read(sequence).catch((error) => {
    if (error instanceof GsysError && error.code === 'NO_SUCH_LETTER') return undefined;
    throw error;
  });
  if (found) throw new GsysError('REPLAY_FAILED', 'it was replayed and is still there');
}
