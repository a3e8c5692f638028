import { judgeSilences, judgeStrays } from '../../aws/alarm-company.ts';
import { type AlarmVerdict, judgePaging, judgeState, judgeTerms, worstOf } from '../../aws/alarm-verdict.ts';
import { alarmsSeen, besideFound } from '../../aws/alarms-seen.ts';
import type { AwsAccess } from '../../aws/clients.ts';
import { checkAccount } from '../../aws/sts.ts';
import { judgeTopic, topicState } from '../../aws/topic-verdict.ts';
import { topicArn, type Watching } from '../../fleet/alarms.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { alarmSources } from './sources.ts';

/** Whether the fleet is watched: by every alarm, and whether anybody would hear of it. */
export interface AlarmCheck {
  /** The worst of everything. */
  status: AlarmVerdict['status'];
  alarms: CheckedAlarm[];
  /** What is not well besides: alarms that page twice, alarms that are silenced. */
  others: AlarmVerdict[];
  topic: AlarmVerdict & { arn: string };
  /** Commands to type. */
  remedy: string[];
}

export interface CheckedAlarm extends AlarmVerdict, Watching {
  alarm: string;
}

/** @throws GsysError for what could not be determined */
export async function checkAlarms(
  fleet: Fleet,
  services: Service[],
  access: AwsAccess,
  now: Date,
): Promise<AlarmCheck> {
  const { environment } = fleet;
  await checkAccount(access);
  const sources = alarmSources(access);
  const [seen, state] = await Promise.all([
    alarmsSeen(fleet, services, sources, now),
    topicState(topicArn(environment), sources, now),
  ]);
  const pairs = besideFound(fleet, services, seen);
  const judged = [
    ...pairs.metric.map(({ wanted, found }) => ({
      ...{ wanted, found },
      terms: judgeTerms(wanted, found, seen.origins, environment),
    })),
    ...pairs.paging.map(({ wanted, found }) => ({ ...{ wanted, found }, terms: judgePaging(wanted, found) })),
  ].map(({ wanted, found, terms: { remedy, ...terms } }) => {
    const verdicts = found === undefined ? [terms] : [terms, judgeState(found, now)];
    return { wanted, remedy, verdict: { status: worstOf(verdicts), message: sentence(verdicts) } };
  });
  const others = [judgeStrays(seen, fleet), judgeSilences(seen, fleet, now)].filter(
    ({ status }) => status !== 'pass',
  );
  const { remedy, ...topic } = judgeTopic(state, environment);
  return {
    status: worstOf([...judged.map(({ verdict }) => verdict), topic, ...others]),
    alarms: judged.map(({ wanted: { name, service, ecsService }, verdict }) => ({
      alarm: name,
      ...(service !== undefined && { service }),
      ...(ecsService !== undefined && { ecsService }),
      ...verdict,
    })),
    others: others.map(({ status, message }) => ({ status, message })),
    topic: { arn: state.arn, ...topic },
    remedy: [...new Set([...judged, ...others].flatMap((one) => one.remedy ?? []).concat(remedy))],
  };
}

/** What is wrong; where nothing is, what was last asked. */
function sentence(verdicts: AlarmVerdict[]): string {
  const bad = verdicts.filter(({ status }) => status !== 'pass');
  return (bad.length > 0 ? bad : verdicts.slice(-1)).map(({ message }) => message).join('; ');
}
