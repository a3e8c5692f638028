import { invalid } from './errors.ts';
import type { Subscription, Topic } from './records.ts';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html; delays in seconds. */
export interface RetryPolicy {
  numRetries: number;
  numNoDelayRetries: number;
  numMinDelayRetries: number;
  numMaxDelayRetries: number;
  minDelayTarget: number;
  maxDelayTarget: number;
  backoffFunction: string;
}

/** SNS's own for HTTP subscribers: three retries, twenty seconds apart. */
const DEFAULT: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};
const MOST_RETRIES = 100;
const LONGEST_DELAY = 3600;

/** The subscription's policy, else the topic's, else SNS's own. */
export function retryPolicyFor(
  subscription: Pick<Subscription, 'attributes'>,
  topic: Pick<Topic, 'attributes'> | undefined,
): RetryPolicy {
  const own = subscription.attributes.DeliveryPolicy;
  if (own !== undefined) return readPolicy(own, ['healthyRetryPolicy']);
  const shared = topic?.attributes.DeliveryPolicy;
  return shared === undefined ? DEFAULT : readPolicy(shared, ['http', 'defaultHealthyRetryPolicy']);
}

/** @throws AwsError for a policy that is none */
export function readPolicy(text: string, path: string[]): RetryPolicy {
  const policy = { ...DEFAULT, ...(partOf(text, path) as Partial<RetryPolicy>) };
  const { backoffFunction, minDelayTarget, maxDelayTarget, numRetries, ...counts } = policy;
  const whole = [numRetries, minDelayTarget, maxDelayTarget, ...Object.values(counts)];
  if (whole.some((value) => !Number.isInteger(value) || value < 0))
    throw invalid(`DeliveryPolicy: ${path.at(-1)} must hold whole numbers`);
  if (numRetries > MOST_RETRIES) throw invalid(`DeliveryPolicy: numRetries must be at most ${MOST_RETRIES}`);
  if (minDelayTarget < 1 || maxDelayTarget > LONGEST_DELAY || minDelayTarget > maxDelayTarget)
    throw invalid(`DeliveryPolicy: delays must go from 1 to ${LONGEST_DELAY} seconds`);
  if (!['linear', 'exponential'].includes(backoffFunction))
    throw invalid(`DeliveryPolicy: backoffFunction ${backoffFunction} is not supported here`);
  return policy;
}

/** Seconds before each retry: at once, at the shortest, growing, at the longest. */
export function retryDelays(policy: RetryPolicy): number[] {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  const { minDelayTarget: min, maxDelayTarget: max, backoffFunction } = policy;
  const growing = Math.max(0, numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries);
  const grown = Array.from({ length: growing }, (_, i) => {
    const part = growing === 1 ? 0 : i / (growing - 1);
    return backoffFunction === 'linear' ? min + (max - min) * part : min * (max / min) ** part;
  });
  return [
    ...times(numNoDelayRetries, 0),
    ...times(numMinDelayRetries, min),
    ...grown,
    ...times(numMaxDelayRetries, max),
  ].slice(0, numRetries);
}

function times(count: number, delay: number): number[] {
  return Array.from({ length: count }, () => delay);
}

function partOf(text: string, path: string[]): object {
  try {
    let part: unknown = JSON.parse(text);
    for (const name of path) part = (part as Record<string, unknown>)[name] ?? {};
    if (part !== null && typeof part === 'object') return part;
  } catch {
    // Falls through to the complaint.
  }
  throw invalid('DeliveryPolicy: JSON is malformed');
}
