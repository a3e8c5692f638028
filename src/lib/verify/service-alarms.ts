import { type AlarmVerdict, worstOf } from '../aws/alarm-verdict.ts';
import type { AlarmState } from '../aws/alarms.ts';
import { type AlarmDefinition, alarmsOf } from '../fleet/alarms.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import type { Judgement } from './check.ts';
import type { AlarmsEvidence } from './collectors/alarms.ts';
import { serviceSubject } from './subjects.ts';

type Verdict = AlarmVerdict & { remedy?: string | undefined };

/**
 * One judgement of all alarms of a service: as bad as the worst, saying what is wrong with each.
 * @param judge undefined for an alarm that has nothing to say
 */
export function judgeService(
  fleet: Fleet,
  service: Service,
  { alarms }: AlarmsEvidence,
  expected: string,
  judge: (wanted: AlarmDefinition, found: AlarmState | undefined) => Verdict | undefined,
): Judgement {
  const pairs = alarmsOf(fleet, [service]).map((wanted) => ({
    wanted,
    found: alarms.find(({ name }) => name === wanted.name),
  }));
  const observed = Object.fromEntries(
    pairs.map(({ wanted, found }) => [wanted.name, found?.state ?? 'absent']),
  );
  const common = { subject: serviceSubject(service), expected, observed };
  if (pairs.length === 0)
    return { ...common, status: 'skip', message: 'is scaled to none by the definition' };
  const verdicts = pairs.flatMap(({ wanted, found }) => {
    const verdict = judge(wanted, found);
    return verdict === undefined ? [] : [{ kind: wanted.kind, ...verdict }];
  });
  const remedy = [...new Set(verdicts.flatMap((one) => one.remedy ?? []))];
  return {
    ...common,
    status: worstOf(verdicts),
    message: sentence(verdicts),
    ...(remedy.length > 0 && { remedy }),
  };
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
