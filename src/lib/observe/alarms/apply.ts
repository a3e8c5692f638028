import type { Fleet, Service } from '../../fleet/fleet.ts';
import { pause } from '../../pause.ts';
import { type Applied, type ApplyOptions, applyChanges } from '../../release/apply-changes.ts';
import { lookAtAlarms } from './look.ts';
import type { AlarmChange, AlarmPlan } from './plan.ts';
import type { AlarmSources } from './sources.ts';

export interface ApplyAlarmsOptions extends Omit<ApplyOptions<AlarmPlan>, 'patience'> {
  services: Service[];
  /** Milliseconds that alarms get to see their first data. */
  patience: number;
}

/** Milliseconds. CloudWatch may describe what was put a little later. */
const SETTLES_WITHIN = 10_000;
const LOOK_EVERY = 1000;

/** Makes the topic, puts the alarms that differ, and waits for what was put to see something. */
export async function applyAlarms(
  options: ApplyAlarmsOptions,
  sources: AlarmSources,
): Promise<Applied<AlarmPlan>> {
  const { fleet, services } = options;
  const look = () => lookAtAlarms(fleet, services, sources);
  const applied = await applyChanges(
    {
      look,
      nameOf,
      make: (change) => make(change, fleet, sources),
      lacks: () => [],
      refused: ({ alarms }) =>
        alarms
          .filter(({ action }) => action === 'refused')
          .map(({ alarm, changes }) => `${alarm}: ${changes.join('; ')}`),
      command: 'gsys alarms',
    },
    { ...options, patience: SETTLES_WITHIN },
  );
  if (applied.changed.length === 0) return applied;
  return { ...applied, plan: await firstData(applied.plan, look, options) };
}

function nameOf(change: AlarmChange): string {
  if ('topic' in change) return change.topic;
  return 'metric' in change ? change.metric.wanted.name : change.paging.wanted.name;
}

async function make(change: AlarmChange, fleet: Fleet, { alarms, sns }: AlarmSources): Promise<void> {
  if ('topic' in change) return await sns.createTopic(change.topic, fleet.name);
  if ('metric' in change) return await alarms.put(change.metric.wanted, fleet.name, change.metric.found);
  await alarms.putComposite(change.paging.wanted, fleet.name, change.paging.found);
}

/** An alarm that was just made has judged nothing yet: it is given a while to. That it stays blind is no failure. */
async function firstData(
  put: AlarmPlan,
  look: () => Promise<{ plan: AlarmPlan }>,
  { access, patience, now, onStep }: ApplyAlarmsOptions,
): Promise<AlarmPlan> {
  const deadline = now() + patience;
  for (let plan = put; ; { plan } = await look()) {
    const blind = plan.alarms.filter(({ state }) => state === 'INSUFFICIENT_DATA');
    if (blind.length === 0 || now() >= deadline) return plan;
    onStep({ type: 'waiting', lacks: blind.map(({ alarm }) => `${alarm} sees no data yet`) });
    await pause(LOOK_EVERY, access.signal);
  }
}
