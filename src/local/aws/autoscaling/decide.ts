import type { NotScaledReason } from '@aws-sdk/client-application-auto-scaling';

export interface ScalingQuestion {
  direction: 'out' | 'in';
  /** The metric's latest value, and what it should be. */
  metric: number;
  target: number;
  current: number;
  min: number;
  max: number;
  /** A deployment of the service is under way. */
  deploying: boolean;
  /** Another target tracking policy does not agree that there is too much. */
  outvoted: boolean;
  /** Of the policy's scale-out and of any scaling; seconds ago, undefined for never. */
  lastOut: { ago: number; from: number } | undefined;
  lastScaled: number | undefined;
  /** Seconds. */
  cooldown: { out: number; in: number };
}

export type ScalingAnswer = { scaleTo: number } | { stay: NotScaledReason | 'cooling down' };

/**
 * What target tracking makes of an alarm: the count at which the metric would meet its target. Scaling out may go on
 * within its cooldown where more is needed than it was about to add; scaling in waits.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
export function decideScaling(question: ScalingQuestion): ScalingAnswer {
  return question.direction === 'out' ? scaleOut(question) : scaleIn(question);
}

function scaleOut({ metric, target, current, max, lastOut, cooldown }: ScalingQuestion): ScalingAnswer {
  if (current >= max)
    return { stay: { Code: 'AlreadyAtMaxCapacity', MaxCapacity: max, CurrentCapacity: current } };
  const cooling = lastOut !== undefined && lastOut.ago < cooldown.out;
  const needed = Math.min(max, Math.ceil(((cooling ? lastOut.from : current) * metric) / target));
  if (cooling) return needed > current ? { scaleTo: needed } : { stay: 'cooling down' };
  return { scaleTo: Math.min(max, Math.max(current + 1, needed)) };
}

function scaleIn(question: ScalingQuestion): ScalingAnswer {
  const { metric, target, current, min, deploying, outvoted, lastScaled, cooldown } = question;
  if (current <= min)
    return { stay: { Code: 'AlreadyAtMinCapacity', MinCapacity: min, CurrentCapacity: current } };
  if (deploying) return { stay: { Code: 'TargetServicePutResourceAsUnscalable' } };
  if (outvoted) return { stay: { Code: 'AlreadyAtDesiredCapacity', CurrentCapacity: current } };
  if (lastScaled !== undefined && lastScaled < cooldown.in) return { stay: 'cooling down' };
  return { scaleTo: Math.max(min, Math.min(current - 1, Math.ceil((current * metric) / target))) };
}
