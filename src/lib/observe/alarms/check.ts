import { type AlarmVerdict, judgeState, judgeTerms, worstOf } from '../../aws/alarm-verdict.ts';
import type { AwsAccess } from '../../aws/clients.ts';
import { checkAccount } from '../../aws/sts.ts';
import { judgeTopic, topicState } from '../../aws/topic-verdict.ts';
import { alarmsOf, topicArn } from '../../fleet/alarms.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { besideFound } from './gather.ts';
import { alarmSources } from './sources.ts';

/** Whether the fleet is watched: by every alarm, and whether anybody would hear of it. */
export interface AlarmCheck {
  /** The worst of everything. */
  status: AlarmVerdict['status'];
  alarms: CheckedAlarm[];
  topic: AlarmVerdict & { arn: string };
  /** Commands to type. */
  remedy: string[];
}

export interface CheckedAlarm extends AlarmVerdict {
  alarm: string;
  service: string;
  ecsService: string;
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
  const [pairs, containerInsights, state] = await Promise.all([
    besideFound(alarmsOf(fleet, services), sources.alarms),
    sources.cluster.containerInsights(),
    topicState(topicArn(environment), sources, now),
  ]);
  const judged = pairs.map(({ wanted, found }) => {
    const { remedy, ...terms } = judgeTerms(wanted, found, containerInsights, environment);
    const verdicts = found === undefined ? [terms] : [terms, judgeState(found, now)];
    return { wanted, remedy, verdict: { status: worstOf(verdicts), message: sentence(verdicts) } };
  });
  const { remedy, ...topic } = judgeTopic(state, environment);
  return {
    status: worstOf([...judged.map(({ verdict }) => verdict), topic]),
    alarms: judged.map(({ wanted: { name, service, ecsService }, verdict }) => ({
      ...{ alarm: name, service, ecsService },
      ...verdict,
    })),
    topic: { arn: state.arn, ...topic },
    remedy: [...new Set([...judged.flatMap((one) => one.remedy ?? []), ...remedy])],
  };
}

/** What is wrong; where nothing is, what was last asked. */
function sentence(verdicts: AlarmVerdict[]): string {
  const bad = verdicts.filter(({ status }) => status !== 'pass');
  return (bad.length > 0 ? bad : verdicts.slice(-1)).map(({ message }) => message).join('; ');
}
