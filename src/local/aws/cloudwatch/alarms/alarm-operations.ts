import type {
  DeleteAlarmsInput,
  DisableAlarmActionsInput,
  EnableAlarmActionsInput,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  SetAlarmStateInput,
} from '@aws-sdk/client-cloudwatch';
import type { Collection } from '../../../store.ts';
import type { AwsContext } from '../../context.ts';
import { AwsError } from '../../service.ts';
import { withTags } from '../../tags.ts';
import { validation } from '../errors.ts';
import { type Alarm, type AlarmState, alarmArn, type CompositeAlarm, type MetricAlarm } from './alarm.ts';
import type { AlarmEngine } from './alarm-engine.ts';
import { readAlarmRule } from './alarm-rule.ts';
import { compositeAlarmView, metricAlarmView } from './alarm-view.ts';
import type { AlarmHistory } from './history.ts';
import { type AlarmTerms, readCompositeAlarm, readMetricAlarm } from './read-alarm.ts';

export interface AlarmParts {
  context: AwsContext;
  alarms: Collection<Alarm>;
  history: AlarmHistory;
  engine: AlarmEngine;
}

/** DeleteAlarms takes a hundred names, and one composite alarm among them. */
const MOST_DELETED = 100;
const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** What changes alarms. */
export function alarmOperations(parts: AlarmParts) {
  const { context, alarms, history, engine } = parts;
  return {
    async PutMetricAlarm(input: PutMetricAlarmInput): Promise<object> {
      await put(parts, readMetricAlarm(input), input.Tags);
      return {};
    },

    async PutCompositeAlarm(input: PutCompositeAlarmInput): Promise<object> {
      const terms = readCompositeAlarm(input);
      const { children } = readAlarmRule(terms.rule);
      const unknown = children.filter((name) => !alarms.has(name));
      if (unknown.length > 0)
        throw validation(
          `Could not save the composite alarm as alarms [${unknown.join(', ')}] in the alarm rule do not exist.`,
        );
      if (reaches(children, terms.name, alarms))
        throw validation(`Could not save the composite alarm: its rule leads back to ${terms.name}.`);
      await put(parts, terms, input.Tags);
      return {};
    },

    /** All or none. */
    async DeleteAlarms({ AlarmNames = [] }: DeleteAlarmsInput): Promise<object> {
      if (AlarmNames.length > MOST_DELETED)
        throw validation(`At most ${MOST_DELETED} alarms can be deleted at once.`);
      const found = [...new Set(AlarmNames)].map((name) => require(alarms, name));
      if (found.filter(({ kind }) => kind === 'CompositeAlarm').length > 1)
        throw validation('At most one composite alarm can be deleted at once.');
      refuseWhileNeeded(found, alarms);
      for (const alarm of found) {
        record(history, alarm, 'deleted', 'Delete');
        await alarms.remove(alarm.name);
      }
      engine.alarmsChanged();
      return {};
    },

    SetAlarmState({
      AlarmName = '',
      StateValue = 'OK',
      StateReason = '',
      StateReasonData,
    }: SetAlarmStateInput): object {
      const alarm = require(alarms, AlarmName);
      if (!STATES.includes(StateValue)) throw validation(`${StateValue} is not a state of an alarm.`);
      if (StateReason.length > 1023) throw validation('StateReason must have at most 1023 characters.');
      if (StateReasonData !== undefined && !isJson(StateReasonData))
        throw new AwsError('InvalidFormatFault', 'StateReasonData is not JSON.');
      const to = { reason: StateReason, reasonData: StateReasonData };
      if (StateValue === alarm.state.value)
        alarms.set(alarm.name, { ...alarm, state: { ...alarm.state, ...to } });
      else engine.change(alarm, { value: StateValue as AlarmState, ...to });
      return {};
    },

    EnableAlarmActions: ({ AlarmNames = [] }: EnableAlarmActionsInput) => switchActions(AlarmNames, true),
    DisableAlarmActions: ({ AlarmNames = [] }: DisableAlarmActionsInput) => switchActions(AlarmNames, false),
  };

  /** Names that are not there are passed over, as CloudWatch does. */
  function switchActions(names: readonly string[], actionsEnabled: boolean): object {
    if (names.length > MOST_DELETED) throw validation(`At most ${MOST_DELETED} alarms can be named at once.`);
    for (const name of names) {
      const alarm = alarms.get(name);
      if (alarm === undefined || alarm.actionsEnabled === actionsEnabled) continue;
      const changed = { ...alarm, actionsEnabled, configuredAt: context.clock() };
      alarms.set(name, changed);
      record(history, changed, 'updated', 'Update');
    }
    return {};
  }
}

/** A put replaces every term of an alarm; its state, and the tags of one that was there, stay. */
async function put(
  { context, alarms, history, engine }: AlarmParts,
  terms: AlarmTerms<MetricAlarm> | AlarmTerms<CompositeAlarm>,
  tags: PutMetricAlarmInput['Tags'],
): Promise<void> {
  const known = alarms.get(terms.name);
  if (known && known.kind !== terms.kind)
    throw validation(`An alarm with the name ${terms.name} exists already and is a ${known.kind}.`);
  const now = context.clock();
  const alarm: Alarm = {
    ...terms,
    arn: alarmArn(context, terms.name),
    state: known?.state ?? {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      at: now,
    },
    configuredAt: now,
    ...(known?.muted && { muted: true }),
    tags: known?.tags ?? withTags({}, tags, 'ValidationException'),
  };
  await alarms.put(alarm.name, alarm);
  record(history, alarm, known ? 'updated' : 'created', known ? 'Update' : 'Create');
  engine.alarmsChanged();
  engine.evaluate(alarm.name);
}

function record(history: AlarmHistory, alarm: Alarm, done: string, type: string): void {
  const view = alarm.kind === 'MetricAlarm' ? metricAlarmView(alarm) : compositeAlarmView(alarm);
  history.add(alarm, {
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarm.name}" ${done}`,
    data: { version: '1.0', type, [`${done}Alarm`]: { type: alarm.kind, ...view } },
  });
}

function require(alarms: Collection<Alarm>, name: string): Alarm {
  const alarm = alarms.get(name);
  if (alarm === undefined) throw new AwsError('ResourceNotFound', `The alarm ${name} does not exist.`, 404);
  return alarm;
}

/** Does a rule, through the rules of those it names, come back to an alarm? */
function reaches(children: readonly string[], name: string, alarms: Collection<Alarm>): boolean {
  return children.some((child) => {
    if (child === name) return true;
    const alarm = alarms.get(child);
    return alarm?.kind === 'CompositeAlarm' && reaches(readAlarmRule(alarm.rule).children, name, alarms);
  });
}

function refuseWhileNeeded(found: readonly Alarm[], alarms: Collection<Alarm>): void {
  const names = new Set(found.map(({ name }) => name));
  for (const parent of alarms.values()) {
    if (parent.kind !== 'CompositeAlarm' || names.has(parent.name)) continue;
    const child = readAlarmRule(parent.rule).children.find((one) => names.has(one));
    if (child !== undefined)
      throw validation(
        `The alarm ${child} cannot be deleted while the composite alarm ${parent.name} depends on it.`,
      );
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
