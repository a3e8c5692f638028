import { alarmDifferences } from '../../aws/alarm-differences.ts';
import { checkAccount } from '../../aws/sts.ts';
import { GsysError } from '../../errors.ts';
import type { Service } from '../../fleet/fleet.ts';
import { pause } from '../../pause.ts';
import { holdLock, type LockOptions } from '../../release/hold-lock.ts';
import type { HeldLock } from '../../release/lock.ts';
import { type AlarmFacts, besideFound, gatherAlarms } from './gather.ts';
import { type AlarmPlan, type PlannedAlarm, planAlarms } from './plan.ts';
import { type AlarmSources, alarmSources } from './sources.ts';

export interface ApplyOptions extends LockOptions {
  services: Service[];
  /** Asked once, when there is something to do; a no is NOT_CONFIRMED. */
  confirm(plan: AlarmPlan): Promise<void>;
  dryRun: boolean;
  /** Milliseconds that alarms get to see their first data. */
  patience: number;
  now(): number;
  onStep(step: ApplyStep): void;
}

/** What applying tells while it goes on. */
export type ApplyStep =
  | { type: 'planned'; plan: AlarmPlan }
  | { type: 'topic-created'; arn: string }
  | { type: 'put'; alarm: string; done: number; of: number }
  /** Ctrl-C came, or a put failed: the next apply goes on from there. */
  | { type: 'stopped'; done: number; of: number }
  | { type: 'waiting'; blind: number; of: number };

export interface Applied {
  outcome: 'applied' | 'nothing-to-do' | 'dry-run';
  topic: AlarmPlan['topic'];
  alarms: AppliedAlarm[];
}

export interface AppliedAlarm extends PlannedAlarm {
  /** As it was described last; undefined for one that is not there. */
  state: string | undefined;
}

/** Milliseconds: between two looks, and until what was put must be what is described. */
const LOOK_EVERY = 1000;
const SETTLES_WITHIN = 10_000;

/**
 * Puts what differs, proves it by describing again, and waits for the alarms to see something.
 * @throws GsysError NO_SUCH_METRIC at the end, when some were refused
 */
export async function applyAlarms(options: ApplyOptions): Promise<Applied> {
  const { fleet, services, access, dryRun, onStep } = options;
  await checkAccount(access);
  const sources = alarmSources(access);
  const facts = await gatherAlarms(fleet, services, sources);
  const plan = planAlarms(facts, fleet.environment);
  onStep({ type: 'planned', plan });
  if (dryRun) return resultOf('dry-run', plan, facts.alarms);
  if (plan.topic.action === 'unchanged' && changesOf(plan).length === 0) {
    refuse(plan);
    return resultOf('nothing-to-do', plan, facts.alarms);
  }
  await options.confirm(plan);
  const { lock, letGo } = await holdLock(options);
  let put: AlarmFacts['alarms'];
  try {
    await putAll(facts, plan, sources, lock, options);
    put = await proven(facts, plan, sources, options);
  } finally {
    await letGo();
  }
  const seen = await firstData(put, sources.alarms, options);
  refuse(plan);
  return resultOf('applied', plan, seen);
}

export function changesOf({ alarms }: AlarmPlan): PlannedAlarm[] {
  return alarms.filter(({ action }) => action === 'create' || action === 'update');
}

async function putAll(
  { alarms, topic }: AlarmFacts,
  plan: AlarmPlan,
  sources: AlarmSources,
  lock: HeldLock,
  { fleet, onStep }: ApplyOptions,
): Promise<void> {
  // Before the alarms: what they tell meanwhile would be lost.
  if (plan.topic.action === 'create') {
    await sources.sns.createTopic(fleet.environment.alertsTopic, fleet.name);
    onStep({ type: 'topic-created', arn: topic.arn });
  }
  const names = new Set(changesOf(plan).map(({ alarm }) => alarm));
  const changing = alarms.filter(({ wanted }) => names.has(wanted.name));
  let done = 0;
  try {
    for (const { wanted, found } of changing) {
      await lock.keep();
      await sources.alarms.put(wanted, fleet.name, found);
      done++;
      onStep({ type: 'put', alarm: wanted.name, done, of: changing.length });
    }
  } catch (error) {
    onStep({ type: 'stopped', done, of: changing.length });
    throw error;
  }
}

/** What CloudWatch and SNS say of it, once that is what was put. */
async function proven(
  { alarms, topic }: AlarmFacts,
  plan: AlarmPlan,
  sources: AlarmSources,
  { access, now }: ApplyOptions,
): Promise<AlarmFacts['alarms']> {
  const names = new Set(changesOf(plan).map(({ alarm }) => alarm));
  const wanted = alarms.map((pair) => pair.wanted);
  for (const deadline = now() + SETTLES_WITHIN; ; await pause(LOOK_EVERY, access.signal)) {
    const [described, subscribers] = await Promise.all([
      besideFound(wanted, sources.alarms),
      sources.sns.subscribers(topic.arn),
    ]);
    const details = described
      .filter((pair) => names.has(pair.wanted.name))
      .flatMap((pair) => lacksOf(pair).map((what) => `${pair.wanted.name}: ${what}`));
    if (subscribers === undefined) details.push(`there is still no topic ${topic.arn}`);
    if (details.length === 0) return described;
    if (now() > deadline)
      throw new GsysError('AWS_CALL_FAILED', 'what was put is not what is described', {
        details,
        next: 'gsys alarms plan',
      });
  }
}

function lacksOf({ wanted, found }: AlarmFacts['alarms'][number]): string[] {
  return found === undefined ? ['it is not there'] : alarmDifferences(wanted, found).map(({ what }) => what);
}

/** An alarm that was just made has judged nothing yet: it is given a while to. */
async function firstData(
  put: AlarmFacts['alarms'],
  alarms: AlarmSources['alarms'],
  { access, patience, now, onStep }: ApplyOptions,
): Promise<AlarmFacts['alarms']> {
  const deadline = now() + patience;
  const there = put.filter(({ found }) => found !== undefined);
  for (let seen = there; ; ) {
    const blind = seen.filter(({ found }) => found?.state === 'INSUFFICIENT_DATA').length;
    if (blind === 0 || now() >= deadline) return seen;
    onStep({ type: 'waiting', blind, of: there.length });
    await pause(LOOK_EVERY, access.signal);
    seen = await besideFound(
      there.map(({ wanted }) => wanted),
      alarms,
    );
  }
}

function refuse({ alarms, wayOut }: AlarmPlan): void {
  const refused = alarms.filter(({ action }) => action === 'refused');
  if (refused.length === 0) return;
  const rest = alarms.length - refused.length;
  const why = [...new Set(refused.flatMap(({ changes }) => changes))].join('; ');
  throw new GsysError(
    'NO_SUCH_METRIC',
    `${refused.length} alarms were refused (${why}); the other ${rest} are as defined`,
    { next: wayOut },
  );
}

function resultOf(outcome: Applied['outcome'], plan: AlarmPlan, alarms: AlarmFacts['alarms']): Applied {
  const states = new Map(alarms.map(({ wanted, found }) => [wanted.name, found?.state]));
  return {
    outcome,
    topic: plan.topic,
    alarms: plan.alarms.map((planned) => ({ ...planned, state: states.get(planned.alarm) })),
  };
}
