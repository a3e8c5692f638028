import { isAlive } from '../../journal.ts';
import type { Subject } from '../choose.ts';
import type { InForce } from '../in-force.ts';
import { entriesOf } from '../signals.ts';
import { evaluateIn } from './inspector.ts';

/**
 * Puts the clocks of running tasks ahead or back: what JavaScript asks of `Date`, from the next question on. Timers
 * and `performance` go on as before, as they do where a machine's clock is set; OpenSSL's look at a certificate's
 * dates is native code and not fooled.
 * @param offset milliseconds
 */
export async function offsetClocks(subjects: Subject[], offset: number): Promise<InForce> {
  const entries = entriesOf(subjects);
  const set = async (milliseconds: number) => {
    const alive = subjects.filter(({ pid }) => entries.some((entry) => entry.pid === pid && isAlive(entry)));
    await Promise.all(
      alive.map(({ pid = 0, address }) => evaluateIn(pid, address, expression(milliseconds))),
    );
  };
  try {
    await set(offset);
  } catch (error) {
    await set(0).catch(() => {});
    throw error;
  }
  return { heal: () => set(0), isOver: () => !entries.some(isAlive) };
}

/** Replaces the global Date by one that stands on it; 0 puts the real one back. */
function expression(offset: number): string {
  return `(() => {
  const kept = Symbol.for('gsys.clock');
  const real = globalThis[kept] ?? Date;
  delete globalThis[kept];
  globalThis.Date = real;
  if (${offset} === 0) return;
  globalThis[kept] = real;
  const now = () => real.now() + ${offset};
  globalThis.Date = new Proxy(real, {
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
    apply: () => new real(now()).toString(),
    construct: (target, values, made) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, made === globalThis.Date ? target : made),
  });
})()`;
}
