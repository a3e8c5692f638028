import type { AlarmTransition } from '../../ports.ts';
import type { Autoscaler } from './autoscaler.ts';
import { decideScaling, type ScalingQuestion } from './decide.ts';
import type { PolicyRecord } from './records.ts';

export type ActOnAlarm = (arn: string, alarm: AlarmTransition) => { ok: true } | { ok: false; why: string };

/** AWS's for ECS services; seconds. */
const COOLDOWN = 300;

/** What a policy does when one of its alarms fires. Cooldowns are by the scheduler's clock and end with the platform. */
export function actOnAlarm(autoscaler: Autoscaler): ActOnAlarm {
  const { records, services, alarms, log, context } = autoscaler;
  const scaledAt = new Map<string, number>();
  const outAt = new Map<string, { at: number; from: number }>();
  const secondsSince = (at: number) => (context.elapsed() - at) / 1000;

  return (arn, alarm) => {
    const policy = records.policies.get(arn);
    const target = policy && records.targets.get(policy.resourceId);
    const service = policy && services.find(policy.resourceId);
    if (!policy || !target) return { ok: false, why: `The scaling policy ${arn} does not exist.` };
    if (!service) return { ok: false, why: `ECS service doesn't exist: ${policy.resourceId}` };
    if (alarm.state !== 'ALARM') return { ok: true };
    const direction = alarm.alarmName === policy.alarms.low ? 'in' : 'out';
    const { DynamicScalingInSuspended, DynamicScalingOutSuspended } = target.suspended;
    if (direction === 'in' ? DynamicScalingInSuspended : DynamicScalingOutSuspended) return { ok: true };
    const metric = alarm.recent[0];
    if (metric === undefined) return { ok: false, why: `The alarm ${alarm.alarmName} came without a value.` };

    const { resourceId, config } = policy;
    const lastOut = outAt.get(arn);
    const lastScaled = scaledAt.get(resourceId);
    const question: ScalingQuestion = {
      direction,
      metric,
      target: config.TargetValue,
      current: service.desiredCount,
      min: target.min,
      max: target.max,
      deploying: service.deploying,
      outvoted: direction === 'in' && isOutvoted(policy),
      lastOut: lastOut && { ago: secondsSince(lastOut.at), from: lastOut.from },
      lastScaled: lastScaled === undefined ? undefined : secondsSince(lastScaled),
      cooldown: { out: config.ScaleOutCooldown ?? COOLDOWN, in: config.ScaleInCooldown ?? COOLDOWN },
    };
    const answer = decideScaling(question);
    const cause = `monitor alarm ${alarm.alarmName} in state ALARM triggered policy ${policy.name}`;
    if ('scaleTo' in answer) {
      log.scale(resourceId, answer.scaleTo, cause);
      scaledAt.set(resourceId, context.elapsed());
      if (direction === 'out') outAt.set(arn, { at: context.elapsed(), from: service.desiredCount });
    } else if (answer.stay !== 'cooling down') log.notScaled(resourceId, cause, answer.stay);
    return { ok: true };
  };

  /** There is too much only when every policy that may scale in says so. */
  function isOutvoted({ arn, resourceId }: PolicyRecord): boolean {
    return records.policies
      .values()
      .some(
        (other) =>
          other.resourceId === resourceId &&
          other.arn !== arn &&
          other.alarms.low !== undefined &&
          alarms.stateOf(other.alarms.low) !== 'ALARM',
      );
  }
}
