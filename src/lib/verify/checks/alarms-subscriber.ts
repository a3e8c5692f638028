import { judgeTopic } from '../../aws/topic-verdict.ts';
import { defineCheck } from '../check.ts';

export const alarmsSubscriber = defineCheck({
  id: 'alarms.subscriber',
  title: 'alarm subscriber',
  layer: 'alarms',
  uses: ['alert-topic'],
  dependsOn: ['ecs.account'],
  explain:
    'The alerts topic exists, somebody who subscribed has confirmed, and the last notification of the hour was delivered. SNS counts deliveries for all subscribers together and some minutes late; that a mail was read, or a pager rang, nobody can see from here.',
  subjects: ({ name }) => [{ kind: 'fleet', name }],
  judge: ({ 'alert-topic': topic }, { name, environment }) => {
    const { remedy, ...verdict } = judgeTopic(topic, environment);
    return [
      {
        subject: { kind: 'fleet', name },
        ...verdict,
        expected: 'a confirmed subscriber that takes what it is sent',
        observed: topic,
        ...(remedy.length > 0 && { remedy }),
      },
    ];
  },
});
