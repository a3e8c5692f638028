import type { AlarmBook } from '../../../ports.ts';
import type { Collection } from '../../../store.ts';
import type { Alarm } from './alarm.ts';
import type { alarmOperations } from './alarm-operations.ts';

/** The alarms, for other services of the endpoint: through the same operations that clients call. */
export function alarmBook(
  alarms: Collection<Alarm>,
  operations: Pick<ReturnType<typeof alarmOperations>, 'PutMetricAlarm' | 'DeleteAlarms'>,
): AlarmBook {
  return {
    stateOf: (name) => alarms.get(name)?.state.value,
    async put(alarm) {
      await operations.PutMetricAlarm(alarm);
    },
    async delete(names) {
      const known = names.filter((name) => alarms.has(name));
      if (known.length > 0) await operations.DeleteAlarms({ AlarmNames: known });
    },
  };
}
