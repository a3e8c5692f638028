import { readFileSync } from 'node:fs';
import { GsysError } from '../../../lib/errors.ts';
import { isAlive } from '../../journal.ts';
import { INSPECTOR_FLAG } from '../../runtime/inspector-port.ts';
import type { Subject } from '../choose.ts';
import type { InForce } from '../in-force.ts';
import { entriesOf, isStopped } from '../signals.ts';
import { evaluateIn } from './inspector.ts';

/**
 * Puts the clocks of running tasks ahead or back: what JavaScript asks of `Date`, from the next question on. Timers
 * and `performance` go on as before, as they do where a machine's clock is set; OpenSSL's look at a certificate's
 * dates is native code and not fooled.
 * @param offset milliseconds
 */
export async function offsetClocks(subjects: Subject[], offset: number): Promise<InForce> {
  for (const subject of subjects) requireNode(subject);
  const entries = entriesOf(subjects);
  const move = async ({ pid = 0, address }: Subject, milliseconds: number) => {
    if (entries.some((entry) => entry.pid === pid && isAlive(entry)))
      await evaluateIn(pid, address, expression(milliseconds));
  };
  const outcomes = await Promise.allSettled(subjects.map((subject) => move(subject, offset)));
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') {
    const moved = subjects.filter((_, i) => outcomes[i]?.status === 'fulfilled');
    await Promise.allSettled(moved.map((subject) => move(subject, 0)));
    throw failed.reason;
  }
  return {
    heal: async () => void (await Promise.all(subjects.map((subject) => move(subject, 0)))),
    isOver: () => !entries.some(isAlive),
  };
}

/** What would not survive being asked is not asked, nor what could only answer later. */
function requireNode({ name, pid = 0 }: Subject): void {
  if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`\0${INSPECTOR_FLAG}`))
    throw new GsysError('USAGE', `clock is for tasks that run as Node processes here: ${name} does not`);
  if (isStopped(pid))
    throw new GsysError('PLATFORM_FAILED', `${name} is frozen: its clock cannot be moved`, {
      next: 'gsys local fault list',
    });
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
