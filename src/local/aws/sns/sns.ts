import * as schemas from '@aws-sdk/client-sns';
import type { AlarmAction, MetricSink } from '../../ports.ts';
import { createClock } from '../../runtime/clock.ts';
import type { AwsContext } from '../context.ts';
import type { HttpRoute } from '../http-route.ts';
import type { AwsService } from '../service.ts';
import { alarmAction } from './alarm-action.ts';
import { createCourier } from './courier.ts';
import { messageLinks } from './links.ts';
import { publishOperations } from './publish.ts';
import type { Subscription, Topic } from './records.ts';
import { openSigner } from './signature.ts';
import { subscriptionOperations } from './subscriptions.ts';
import { topicOperations } from './topics.ts';

export interface Sns {
  service: AwsService;
  /** What the links in its messages lead to. */
  routes: HttpRoute[];
  alarmAction: AlarmAction;
  /** Gives up deliveries that wait for another attempt. */
  close(): void;
}

/** Topics that deliver to loopback and to files, and nowhere else. */
export function createSns(context: AwsContext, metrics: MetricSink): Sns {
  const { store, onError } = context;
  const topics = store.collection<Topic>('sns-topics');
  const subscriptions = store.collection<Subscription>('sns-subscriptions');
  const signer = openSigner(store.collection('sns-signer'));
  const timer = createClock(context.timeScale);
  const courier = createCourier({ context, signer, topics, subscriptions, metrics, timer, onError });
  const subscribing = subscriptionOperations(context, topics, subscriptions, courier);
  const publishing = publishOperations(context, topics, courier);
  return {
    service: {
      id: 'sns',
      target: '2010-03-31',
      protocol: 'awsQuery',
      xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
      schemas,
      validationCode: 'InvalidParameter',
      operations: { ...topicOperations(context, topics, subscriptions), ...subscribing, ...publishing },
    },
    routes: messageLinks(signer, subscribing),
    alarmAction: alarmAction(publishing.Publish),
    close: () => courier.close(),
  };
}
