import { type TopicState, topicState } from '../../aws/topic-verdict.ts';
import { topicArn } from '../../fleet/alarms.ts';
import type { Collector } from '../collector.ts';

/** The topic that alarms tell, who has subscribed to it, and whether they were reached. */
export type AlertTopicEvidence = TopicState;

export const alertTopic: Collector<'alert-topic'> = {
  id: 'alert-topic',
  budget: 15_000,
  collect: ({ fleet, aws, now }) => topicState(topicArn(fleet.environment), aws, now()),
};
