import { events } from '../sdk/events.ts';
import { bucketOf } from '../sdk/kv.ts';
import type { ServiceParts } from '../sdk/start.ts';
import { worldEndpoints } from './handlers.ts';
import { subscriptions } from './subscriptions.ts';
import { teller } from './tell.ts';
import { worlds } from './worlds.ts';

export const worldStateParts: ServiceParts = {
  endpoints: (context) => {
    const { link } = context;
    const shared = bucketOf(context);
    const subscribed = subscriptions(shared);
    return worldEndpoints({
      worlds: worlds(shared),
      subscriptions: subscribed,
      tell: teller(link, events(link), subscribed),
    });
  },
};
