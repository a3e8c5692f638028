import { type Alarms, alarms } from '../../aws/alarms.ts';
import { mutes } from '../../aws/mutes.ts';
import { type Subscriber, sns } from '../../aws/sns.ts';
import { checkAccount } from '../../aws/sts.ts';
import { GsysError } from '../../errors.ts';
import { topicArn } from '../../fleet/alarms.ts';
import { pagingAlarms } from '../../fleet/paging-alarms.ts';
import { pause } from '../../pause.ts';
import { holdLock, type LockOptions } from '../../release/hold-lock.ts';
import { type Arrival, arrivals, type Heard } from './arrivals.ts';
import { alarmNamed } from './named.ts';

export interface TryOptions extends LockOptions {
  name: string;
  /** Asked once, with the plan; a no is NOT_CONFIRMED. */
  confirm(plan: TryPlan): Promise<void>;
  dryRun: boolean;
  /** Milliseconds that the notification gets to arrive. */
  patience: number;
}

export interface TryPlan {
  /** What is driven into ALARM. */
  alarm: string;
  /** What pages then: itself, or the one that looks at it. */
  paging: string;
  /** What it is in now, and is put back to. */
  state: string;
  topic: string;
  subscribers: Subscriber[];
}

export interface Tried extends TryPlan {
  /**
   * `arrived`: seen to have come to everybody who has confirmed. `lost`: CloudWatch did not tell the topic, or a
   * subscriber did not get it. `unknown`: told, and nobody says whether it came.
   */
  outcome: 'arrived' | 'lost' | 'unknown' | 'dry-run';
  /** Whether CloudWatch says that it told the topic. */
  told: boolean;
  arrivals: Arrival[];
  /** What it was in at the end. */
  after?: string;
}

/** Milliseconds. */
const LOOK_EVERY = 500;
/** That it gets to be back. */
const BACK_WITHIN = 10_000;

/**
 * Drives an alarm into ALARM, sees whom that reaches, and puts it back, also when it is interrupted.
 * @throws GsysError ALARM_NOT_READY when it would prove nothing
 */
export async function tryAlarm(options: TryOptions): Promise<Tried> {
  const { access } = options;
  await checkAccount(access);
  const source = alarms(access);
  const plan = await planTry(options, source);
  if (options.dryRun) return { ...plan, outcome: 'dry-run', told: false, arrivals: [] };
  await options.confirm(plan);
  const { letGo } = await holdLock(options);
  try {
    const heard = await arrivals(plan, access);
    const started = new Date(access.serverNow());
    let seen: Omit<Tried, keyof TryPlan | 'after'>;
    try {
      await source.setState(plan.alarm, 'ALARM', `tried by ${options.holder.who}: nothing is wrong`);
      seen = await watch(plan, started, heard, options, source);
    } finally {
      const own = access.signal?.aborted ? alarms(options.afterwards()) : source;
      await putBack(plan, own, options);
    }
    return { ...plan, ...seen, after: await stateOf(plan.alarm, source) };
  } finally {
    await letGo();
  }
}

async function planTry({ fleet, name, access }: TryOptions, source: Alarms): Promise<TryPlan> {
  const wanted = alarmNamed(fleet, name);
  const pager =
    wanted.kind === 'paging'
      ? wanted
      : pagingAlarms(fleet, fleet.services, () => true).find(({ children }) =>
          children.includes(wanted.name),
        );
  const paging = pager?.name ?? wanted.name;
  const topic = topicArn(fleet.environment);
  const [metric, [composite], muted, subscribers] = await Promise.all([
    source.describe([wanted.name]),
    source.composites([paging]),
    mutes(access).active(),
    sns(access).subscribers(topic),
  ]);
  const found = wanted.kind === 'paging' ? composite : metric[0];
  const confirmed = (subscribers ?? []).filter((one) => one.confirmed);
  const no = (why: string, next: string) => new GsysError('ALARM_NOT_READY', why, { next });
  if (found === undefined) throw no(`there is no alarm ${wanted.name}`, 'gsys alarms apply');
  if (composite === undefined) throw no(`there is no alarm ${paging}, which would page`, 'gsys alarms apply');
  for (const one of [found, composite])
    if (one.state === 'ALARM')
      throw no(`${one.name} fires already: ${one.reason}`, `gsys alarms list --verbose`);
  if (!composite.actionsEnabled || !composite.actions.alarm.includes(topic))
    throw no(`${paging} tells nobody`, 'gsys alarms apply');
  const mute = muted.find((one) => one.alarms.includes(paging));
  if (mute !== undefined)
    throw no(`${paging} is silenced: ${mute.description}`, `gsys alarms silence --end ${paging}`);
  if (confirmed.length === 0)
    throw no(`nobody would hear: ${topic} has no confirmed subscriber`, 'gsys alarms check');
  return { alarm: wanted.name, paging, state: found.state, topic, subscribers: confirmed };
}

async function watch(
  { paging, topic }: TryPlan,
  started: Date,
  heard: Heard,
  { access, patience }: TryOptions,
  source: Alarms,
): Promise<Omit<Tried, keyof TryPlan | 'after'>> {
  const deadline = Date.now() + patience;
  for (let told = false; ; ) {
    // The history has the second as its finest.
    const since = new Date(Math.floor(started.getTime() / 1000) * 1000);
    told ||= (await source.events({ alarm: paging, since })).some(
      ({ type, summary }) => type === 'Action' && summary.startsWith('Success') && summary.includes(topic),
    );
    const late = Date.now() >= deadline;
    const found = await heard.look(late);
    const isOver = told && found.every(({ arrived }) => arrived !== 'unknown');
    if (isOver || late) return { outcome: outcomeOf(told, found), told, arrivals: found };
    await pause(LOOK_EVERY, access.signal);
  }
}

function outcomeOf(told: boolean, found: Arrival[]): 'arrived' | 'lost' | 'unknown' {
  if (!told || found.some(({ arrived }) => arrived === 'no')) return 'lost';
  return found.some(({ arrived }) => arrived === 'unknown') ? 'unknown' : 'arrived';
}

/** A metric alarm is judged anew by itself; an alarm that looks at others may stay as it was set. */
async function putBack(
  { alarm, paging, state }: TryPlan,
  source: Alarms,
  { holder }: TryOptions,
): Promise<void> {
  const reason = `put back after ${holder.who} had tried it`;
  if ((await stateOf(alarm, source)) === 'ALARM') await source.setState(alarm, state, reason);
  if (alarm === paging) return;
  const deadline = Date.now() + BACK_WITHIN;
  while ((await stateOf(paging, source)) === 'ALARM') {
    if (Date.now() >= deadline) return await source.setState(paging, 'OK', reason);
    await pause(LOOK_EVERY, undefined);
  }
}

async function stateOf(name: string, source: Alarms): Promise<string> {
  const [metric, composite] = await Promise.all([source.describe([name]), source.composites([name])]);
  return [...metric, ...composite][0]?.state ?? 'MISSING';
}
