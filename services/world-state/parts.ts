import { events } from '../sdk/events.ts';
import { forgetting } from '../sdk/forget-deleted.ts';
import { bucketOf } from '../sdk/kv.ts';
import { records } from '../sdk/records.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { worldEndpoints } from './handlers.ts';
import { subscriptions } from './subscriptions.ts';
import { teller } from './tell.ts';
import { worlds } from './worlds.ts';

export const worldStateParts: ServiceParts = {
  endpoints: (context) => {
    const { link } = context;
    const subscribed = subscriptions(bucketOf(context, 'world-subscriptions'));
    return worldEndpoints({
      worlds: worlds(records(bucketOf(context))),
      subscriptions: subscribed,
      tell: teller(link, events(link), subscribed),
    });
  },
  work: forgetting,
};
