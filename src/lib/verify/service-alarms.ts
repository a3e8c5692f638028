import { type AlarmVerdict, worstOf } from '../aws/alarm-verdict.ts';
import { type AlarmPair, besideFound, type PagingPair } from '../aws/alarms-seen.ts';
import { type AlarmKind, fleetAlarms } from '../fleet/alarms.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Judgement } from './check.ts';
import type { AlarmsEvidence } from './collectors/alarms.ts';
import type { Subject } from './document.ts';
import { serviceSubjects } from './subjects.ts';

type Verdict = AlarmVerdict & { remedy?: string | undefined };

/** What is thought of one alarm; undefined for one that has nothing to say. */
interface Judges {
  metric(pair: AlarmPair): Verdict | undefined;
  paging(pair: PagingPair): Verdict | undefined;
}

/** Services, and the fleet where anything of it is watched as a whole. */
export function alarmSubjects(fleet: Fleet): Subject[] {
  const whole = fleetAlarms(fleet).length > 0 ? [fleetSubject(fleet)] : [];
  return [...serviceSubjects(fleet), ...whole];
}

/** One judgement of all alarms of each subject: as bad as the worst, saying what is wrong with each. */
export function judgeAlarms(
  fleet: Fleet,
  seen: AlarmsEvidence,
  expected: string,
  judges: Judges,
): Judgement[] {
  const { metric, paging } = besideFound(fleet, fleet.services, seen);
  const of = ({ wanted: { service } }: AlarmPair | PagingPair, subject: Subject) =>
    service === (subject.kind === 'fleet' ? undefined : subject.name);
  return alarmSubjects(fleet).map((subject) => {
    const own = {
      metric: metric.filter((pair) => of(pair, subject)),
      paging: paging.filter((pair) => of(pair, subject)),
    };
    const all = [...own.metric, ...own.paging];
    const observed = Object.fromEntries(
      all.map(({ wanted, found }) => [wanted.name, found?.state ?? 'absent']),
    );
    const common = { subject, expected, observed };
    if (all.length === 0)
      return { ...common, status: 'skip', message: 'is scaled to none by the definition' };
    const verdicts = [
      ...own.metric.map((pair) => named(pair.wanted.kind, judges.metric(pair))),
      ...own.paging.map((pair) => named(pair.wanted.kind, judges.paging(pair))),
    ].flat();
    const remedy = [...new Set(verdicts.flatMap((one) => one.remedy ?? []))];
    return {
      ...common,
      status: worstOf(verdicts),
      message: sentence(verdicts),
      ...(remedy.length > 0 && { remedy }),
    };
  });
}

export function fleetSubject({ name }: Fleet): Subject {
  return { kind: 'fleet', name };
}

type Kind = AlarmKind | 'paging';

function named(kind: Kind, verdict: Verdict | undefined): (Verdict & { kind: Kind })[] {
  return verdict === undefined ? [] : [{ kind, ...verdict }];
}

/** By kind and not by name, so that the same of several services reads the same. */
function sentence(verdicts: (Verdict & { kind: Kind })[]): string {
  const bad = verdicts.filter(({ status }) => status !== 'pass');
  if (verdicts.length === 0) return 'there is no alarm that could say anything';
  if (bad.length === 0) return `${verdicts.length} alarms: ${verdicts[0]?.message}`;
  const kinds = new Map<string, string[]>();
  for (const { message, kind } of bad) kinds.set(message, [...(kinds.get(message) ?? []), kind]);
  return [...kinds].map(([message, names]) => `${names.join(', ')}: ${message}`).join('; ');
}
