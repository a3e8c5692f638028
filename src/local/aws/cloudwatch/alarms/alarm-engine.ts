import type { AlarmAction, AlarmTransition } from '../../../ports.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { Collection } from '../../../store.ts';
import type { AwsContext } from '../../context.ts';
import { type MetricName, type MetricStore, metricKey } from '../metrics/metric-store.ts';
import { type Alarm, type AlarmState, type MetricAlarm, periodOf } from './alarm.ts';
import { alarmMessage } from './alarm-message.ts';
import { readAlarmRule } from './alarm-rule.ts';
import type { AlarmHistory } from './history.ts';
import { judgeDatapoints } from './judge-datapoints.ts';
import { isMuted, type MuteRule } from './mute-rules.ts';
import { act, runActions } from './run-actions.ts';
import { stateReason, stateReasonData } from './state-reason.ts';
import { tooFewSamples, watchedMetrics, watchedRange } from './watched-range.ts';

export interface AlarmEngine {
  /** Told of alarms that were put or deleted. */
  alarmsChanged(): void;
  /** Told of metrics with new samples; their alarms are judged shortly after. */
  metricChanged(metric: MetricName): void;
  /** Judges one alarm now. */
  evaluate(name: string): void;
  /** Leaves an alarm's state for another, with history, actions and the composites that look at it. */
  change(alarm: Alarm, to: NewState): void;
  stop(): void;
}

export interface NewState {
  value: AlarmState;
  reason: string;
  reasonData?: string | undefined;
  /** Values of the latest periods, newest first. */
  recent?: number[];
}

export interface EngineParts {
  context: AwsContext;
  alarms: Collection<Alarm>;
  mutes: Collection<MuteRule>;
  history: AlarmHistory;
  store: MetricStore;
  actions: readonly AlarmAction[];
  timer: Clock;
  /** How long one lasts for alarms, in milliseconds. */
  second: number;
}

/** Seconds, of the alarms' clock. */
const EVERY = 5;
const REPEAT_SCALING = 60;
/** Milliseconds between the first sample of a burst and the judgement that it leads to. */
const BURST = 50;

/** Judges every alarm when its metric gets samples and every five seconds, and acts on changes of state. */
export function createAlarmEngine(parts: EngineParts): AlarmEngine {
  const { context, alarms, mutes, history, store, actions, timer, second } = parts;
  const startedAt = context.clock();
  /** By metric; made anew after alarms changed. */
  let watchers: Map<string, string[]> | undefined;
  const dirty = new Set<string>();
  let burst: NodeJS.Timeout | undefined;
  /** When the scaling actions of an alarm ran last, in the timer's milliseconds. */
  const scaledAt = new Map<string, number>();

  function watchersOf(metric: MetricName): string[] {
    watchers ??= indexOf(alarms.values());
    return watchers.get(metricKey(metric)) ?? [];
  }

  function change(alarm: Alarm, { value, reason, reasonData, recent = [] }: NewState): void {
    const at = context.clock();
    const { state: old } = alarm;
    const muted = isMuted(alarm.name, mutes, at);
    const { muted: _, ...rest } = alarm;
    const changed: Alarm = { ...rest, state: { value, reason, reasonData, at }, ...(muted && { muted }) };
    alarms.set(alarm.name, changed);
    history.add(alarm, {
      type: 'StateUpdate',
      summary: `Alarm updated from ${old.value} to ${value}`,
      data: { version: '1.0', oldState: stateView(old), newState: stateView(changed.state) },
    });
    const transition = transitionOf(changed, old.value, recent);
    scaledAt.set(alarm.name, timer.elapsed());
    if (!muted) runActions(changed, transition, actions, history).catch(context.onError);
    for (const parent of alarms.values())
      if (parent.kind === 'CompositeAlarm' && readAlarmRule(parent.rule).children.includes(alarm.name))
        evaluate(parent.name, alarm.name);
  }

  function transitionOf(alarm: Alarm, previous: AlarmState, recent: number[]): AlarmTransition {
    const { name: alarmName, arn, state } = alarm;
    const change = { state: state.value, previous, reason: state.reason, at: state.at };
    return { alarmArn: arn, alarmName, ...change, recent, message: alarmMessage(alarm, change, context) };
  }

  function evaluate(name: string, because?: string): void {
    const alarm = alarms.get(name);
    if (alarm === undefined) return;
    const next = alarm.kind === 'MetricAlarm' ? judgeMetric(alarm) : judgeRule(alarm.rule, because);
    if (next !== undefined && next.value !== alarm.state.value) change(alarm, next);
  }

  function judgeMetric(alarm: MetricAlarm): NewState | undefined {
    const now = context.clock();
    const range = watchedRange(alarm, store, now, second);
    const [newest] = range.filter((point) => point !== undefined);
    const window = periodOf(alarm) * second * alarm.evaluationPeriods;
    // Of a time when nobody listened, nobody can say that datapoints are missing.
    if (
      now - startedAt < window &&
      (newest === undefined || newest.at + periodOf(alarm) * second < startedAt)
    )
      return;
    if (tooFewSamples(alarm, store, now, second)) return;
    const verdict = judgeDatapoints(alarm, range, alarm.state.value);
    const watched = { stat: alarm.metric?.stat, period: periodOf(alarm), unit: alarm.metric?.unit };
    return {
      value: verdict.state,
      reason: stateReason(alarm, verdict, alarm.state.value),
      reasonData: stateReasonData(alarm, verdict, watched, now),
      recent: range.flatMap((point) => point?.value ?? []),
    };
  }

  function judgeRule(rule: string, because: string | undefined): NewState {
    const value = readAlarmRule(rule).holds((child) => alarms.get(child)?.state.value) ? 'ALARM' : 'OK';
    const child = because === undefined ? undefined : alarms.get(because);
    const reason = child
      ? `${child.arn} transitioned to ${child.state.value} at ${new Date(child.state.at).toUTCString()}`
      : `The alarm rule is ${value === 'ALARM'}`;
    return { value, reason };
  }

  /** Scaling goes on for as long as the alarm lasts; everything else is told once. */
  function repeatScaling(alarm: Alarm): void {
    const arns = alarm.actions[alarm.state.value].filter((arn) => arn.split(':')[2] === 'autoscaling');
    const last = scaledAt.get(alarm.name) ?? timer.elapsed();
    scaledAt.set(alarm.name, last);
    if (arns.length === 0 || !alarm.actionsEnabled || timer.elapsed() - last < REPEAT_SCALING * 1000) return;
    scaledAt.set(alarm.name, timer.elapsed());
    const recent =
      alarm.kind === 'MetricAlarm'
        ? watchedRange(alarm, store, context.clock(), second).flatMap((point) => point?.value ?? [])
        : [];
    const transition = transitionOf(alarm, alarm.state.value, recent);
    for (const arn of arns) act(arn, transition, actions).catch(context.onError);
  }

  /** What was muted is done after all, where the alarm is still in the state that it was muted in. */
  function unmute(alarm: Alarm): void {
    if (!alarm.muted || isMuted(alarm.name, mutes, context.clock())) return;
    const { muted: _, ...rest } = alarm;
    alarms.set(alarm.name, rest);
    runActions(rest, transitionOf(rest, rest.state.value, []), actions, history).catch(context.onError);
  }

  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      context.onError(error);
    }
  }

  let cancel = () => {};
  const tick = () => {
    for (const { name } of alarms.values()) guarded(() => evaluate(name));
    for (const alarm of alarms.values()) guarded(() => unmute(alarm));
    for (const alarm of alarms.values()) guarded(() => repeatScaling(alarm));
    cancel = timer.after(EVERY * 1000, tick);
  };
  cancel = timer.after(EVERY * 1000, tick);

  return {
    alarmsChanged() {
      watchers = undefined;
    },
    metricChanged(metric) {
      for (const name of watchersOf(metric)) dirty.add(name);
      if (dirty.size === 0) return;
      burst ??= setTimeout(() => {
        burst = undefined;
        const names = [...dirty];
        dirty.clear();
        for (const name of names) guarded(() => evaluate(name));
      }, BURST);
    },
    evaluate: (name) => evaluate(name),
    change,
    stop() {
      cancel();
      clearTimeout(burst);
    },
  };
}

function indexOf(alarms: Alarm[]): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const alarm of alarms) {
    if (alarm.kind !== 'MetricAlarm') continue;
    for (const metric of watchedMetrics(alarm))
      index.set(metricKey(metric), [...(index.get(metricKey(metric)) ?? []), alarm.name]);
  }
  return index;
}

function stateView({ value, reason, reasonData }: Alarm['state']) {
  return {
    stateValue: value,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) }),
  };
}
