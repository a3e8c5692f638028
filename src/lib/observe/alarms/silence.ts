import type { AwsAccess } from '../../aws/clients.ts';
import { type Mute, type Mutes, mutes } from '../../aws/mutes.ts';
import { checkAccount } from '../../aws/sts.ts';
import { GsysError } from '../../errors.ts';
import { pause } from '../../pause.ts';
import { holdLock, type LockOptions } from '../../release/hold-lock.ts';
import { pagingNamed } from './named.ts';

export interface SilenceOptions extends LockOptions {
  /** Services, or names of paging alarms. */
  names: string[];
  /** `end` lets them page again. */
  wish: { kind: 'silence'; until: Date; reason: string } | { kind: 'end' };
  /** Asked once, with the plan; a no is NOT_CONFIRMED. */
  confirm(plan: PlannedSilence[]): Promise<void>;
  dryRun: boolean;
}

export interface PlannedSilence {
  alarm: string;
  action: 'silence' | 'end' | 'unchanged';
  /** What is in force now. */
  now: Pick<Mute, 'description' | 'until'> | undefined;
}

export interface Silenced {
  outcome: 'silenced' | 'ended' | 'nothing-to-do' | 'dry-run';
  alarms: PlannedSilence[];
  until?: string;
}

/**
 * Has alarms page nobody for a while, or page again, and proves it by what CloudWatch says is in force. CloudWatch
 * ends a silence by itself, and pages then for what still fires.
 * @throws GsysError NOT_PROVEN
 */
export async function silence(options: SilenceOptions): Promise<Silenced> {
  const { fleet, access, wish } = options;
  await checkAccount(access);
  const rules = mutes(access);
  const names = pagingNamed(fleet, options.names);
  const plan = await Promise.all(names.map((name) => planOne(name, wish, rules)));
  const until = wish.kind === 'silence' && { until: wish.until.toISOString() };
  const done = { alarms: plan, ...until };
  if (options.dryRun) return { outcome: 'dry-run', ...done };
  const todo = plan.filter(({ action }) => action !== 'unchanged');
  if (todo.length === 0) return { outcome: 'nothing-to-do', ...done };
  await options.confirm(plan);
  const { lock, letGo } = await holdLock(options);
  try {
    for (const { alarm } of todo) {
      await lock.keep();
      if (wish.kind === 'silence') await put(alarm, wish, options, rules);
      else await end(alarm, rules, access);
    }
  } finally {
    await letGo();
  }
  return { outcome: wish.kind === 'silence' ? 'silenced' : 'ended', ...done };
}

async function planOne(alarm: string, wish: SilenceOptions['wish'], rules: Mutes): Promise<PlannedSilence> {
  const rule = await rules.get(ruleOf(alarm));
  const now = rule?.status === 'ACTIVE' ? { description: rule.description, until: rule.until } : undefined;
  if (wish.kind === 'silence') return { alarm, action: 'silence', now };
  // One that has ended by itself is cleared away.
  return { alarm, action: rule === undefined ? 'unchanged' : 'end', now };
}

const MINUTE = 60_000;
/** Milliseconds between looks, and that a rule gets to be in force once its time has come. */
const LOOK_EVERY = 1000;
const SETTLES_WITHIN = 5000;

/** CloudWatch begins at full minutes: this one, or, where it takes that for gone, the next. */
async function put(
  alarm: string,
  { until, reason }: Extract<SilenceOptions['wish'], { kind: 'silence' }>,
  { fleet, access, holder }: SilenceOptions,
  rules: Mutes,
): Promise<void> {
  const at = new Date(access.serverNow());
  const description = `silenced by ${holder.who} at ${at.toISOString()}: ${reason}`;
  const name = ruleOf(alarm);
  const thisMinute = Math.floor(at.getTime() / MINUTE) * MINUTE;
  for (const start of [thisMinute, thisMinute + MINUTE]) {
    const rule = { name, alarms: [alarm], description, from: new Date(start), until, fleet: fleet.name };
    await rules.put(rule);
    const deadline = Math.max(start, access.serverNow()) + SETTLES_WITHIN;
    if (await holds(name, rules, access, deadline, (found) => found?.status === 'ACTIVE')) return;
  }
  throw new GsysError('NOT_PROVEN', `CloudWatch does not say that ${alarm} is silenced`, {
    next: `gsys alarms list --verbose`,
  });
}

async function end(alarm: string, rules: Mutes, access: AwsAccess): Promise<void> {
  const name = ruleOf(alarm);
  await rules.remove(name);
  const deadline = access.serverNow() + SETTLES_WITHIN;
  if (await holds(name, rules, access, deadline, (found) => found === undefined)) return;
  throw new GsysError('NOT_PROVEN', `CloudWatch still has the silence of ${alarm}`, {
    next: `gsys alarms silence --end ${alarm}`,
  });
}

async function holds(
  name: string,
  rules: Mutes,
  access: AwsAccess,
  deadline: number,
  is: (found: Mute | undefined) => boolean,
): Promise<boolean> {
  for (;;) {
    if (is(await rules.get(name))) return true;
    if (access.serverNow() >= deadline) return false;
    await pause(LOOK_EVERY, access.signal);
  }
}

/** One rule an alarm, so that each can be ended by itself; a second silence replaces the first. */
function ruleOf(alarm: string): string {
  return `${alarm}-silence`;
}
