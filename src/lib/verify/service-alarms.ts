import { type AlarmVerdict, worstOf } from '../aws/alarm-verdict.ts';
import type { AlarmState } from '../aws/alarms.ts';
import { type AlarmDefinition, alarmsOf } from '../fleet/alarms.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Judgement } from './check.ts';
import type { AlarmsEvidence } from './collectors/alarms.ts';
import { serviceSubject } from './subjects.ts';

type Verdict = AlarmVerdict & { remedy?: string | undefined };

/**
 * One judgement of all alarms of each service: as bad as the worst, saying what is wrong with each.
 * @param judge undefined for an alarm that has nothing to say
 */
export function judgeServices(
  fleet: Fleet,
  { alarms }: AlarmsEvidence,
  expected: string,
  judge: (wanted: AlarmDefinition, found: AlarmState | undefined) => Verdict | undefined,
): Judgement[] {
  const known = new Map(alarms.map((alarm) => [alarm.name, alarm]));
  return fleet.services.map((service) => {
    const wanted = alarmsOf(fleet, [service]);
    const observed = Object.fromEntries(wanted.map(({ name }) => [name, known.get(name)?.state ?? 'absent']));
    const common = { subject: serviceSubject(service), expected, observed };
    if (wanted.length === 0)
      return { ...common, status: 'skip', message: 'is scaled to none by the definition' };
    const verdicts = wanted.flatMap((one) => {
      const verdict = judge(one, known.get(one.name));
      return verdict === undefined ? [] : [{ kind: one.kind, ...verdict }];
    });
    const remedy = [...new Set(verdicts.flatMap((one) => one.remedy ?? []))];
    return {
      ...common,
      status: worstOf(verdicts),
      message: sentence(verdicts),
      ...(remedy.length > 0 && { remedy }),
    };
  });
}

/** By kind and not by name, so that the same of several services reads the same. */
function sentence(verdicts: (Verdict & Pick<AlarmDefinition, 'kind'>)[]): string {
  const bad = verdicts.filter(({ status }) => status !== 'pass');
  if (verdicts.length === 0) return 'there is no alarm that could say anything';
  if (bad.length === 0) return `${verdicts.length} alarms: ${verdicts[0]?.message}`;
  const kinds = new Map<string, string[]>();
  for (const { message, kind } of bad) kinds.set(message, [...(kinds.get(message) ?? []), kind]);
  return [...kinds].map(([message, names]) => `${names.join(', ')}: ${message}`).join('; ');
}
