import { AwsError } from '../service.ts';

/** @param what the member and the reason: `TopicArn Reason: An ARN must have at least 6 elements` */
export function invalid(what: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${what}`);
}

export function notFound(what: 'Topic' | 'Subscription'): AwsError {
  return new AwsError('NotFoundException', `${what} does not exist`, 404);
}
