import type { AlarmAction } from '../../ports.ts';
import { AwsError } from '../service.ts';

/** Longest subject that SNS takes. */
const LONGEST_SUBJECT = 100;

/** How an alarm tells a topic. Whether the subscribers got it is the topic's business, not the alarm's. */
export function alarmAction(
  publish: (input: { TopicArn: string; Subject: string; Message: string }) => object,
): AlarmAction {
  return {
    takes: (arn) => arn.split(':')[2] === 'sns',
    async act(arn, { state, alarmName, message }) {
      try {
        const { Region } = JSON.parse(message) as { Region: string };
        const Subject = `${state}: "${alarmName}" in ${Region}`.slice(0, LONGEST_SUBJECT);
        publish({ TopicArn: arn, Subject, Message: message });
        return { ok: true };
      } catch (error) {
        if (error instanceof AwsError) return { ok: false, why: error.message };
        throw error;
      }
    },
  };
}
