import type { HistoryItemType } from '@aws-sdk/client-cloudwatch';
import type { Collection } from '../../../store.ts';
import type { Alarm } from './alarm.ts';

export interface HistoryItem {
  /** Milliseconds since the epoch. */
  at: number;
  /** Orders what happened in the same millisecond, over all alarms. */
  sequence: number;
  alarm: string;
  kind: Alarm['kind'];
  type: HistoryItemType;
  summary: string;
  /** JSON. */
  data: string;
}

export interface AlarmHistory {
  add(
    alarm: Pick<Alarm, 'name' | 'kind'>,
    item: Pick<HistoryItem, 'type' | 'summary'> & { data: object },
  ): void;
  /** Of one alarm, or of all; also of alarms that are gone. Oldest first. */
  items(alarm?: string): HistoryItem[];
}

/** CloudWatch keeps 30 days; an alarm that flaps all day must not fill the disk. */
const KEPT = 30 * 24 * 3_600_000;
const MOST_PER_ALARM = 100;

export function openHistory(kept: Collection<HistoryItem[]>, clock: () => number): AlarmHistory {
  let sequence = Math.max(0, ...kept.values().flatMap((items) => items.map((item) => item.sequence)));
  return {
    add({ name, kind }, { type, summary, data }) {
      const at = clock();
      const item = { at, sequence: ++sequence, alarm: name, kind, type, summary, data: JSON.stringify(data) };
      const young = (kept.get(name) ?? []).filter((one) => one.at > at - KEPT);
      kept.set(name, [...young, item].slice(-MOST_PER_ALARM));
    },
    items: (alarm) =>
      (alarm === undefined ? kept.values().flat() : (kept.get(alarm) ?? [])).toSorted(
        (a, b) => a.at - b.at || a.sequence - b.sequence,
      ),
  };
}
