import { randomUUID } from 'node:crypto';
import {
  PublishRequestSchema,
  PublishResponseSchema,
  SubscribeRequestSchema,
  SubscribeResponseSchema,
  UnsubscribeRequestSchema,
  UnsubscribeResponseSchema,
} from '../gen/event_bus_pb.js';
import { callbackOwner } from '../sdk/callback.ts';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import { idOf, invalid, metadataOf, someOf, within } from '../sdk/fields.ts';
import type { Consumers } from './consumers.ts';
import { matches } from './matches.ts';
import { distinct, isEventPattern } from './patterns.ts';
import { type Registry, subscriptionId } from './registry.ts';
import { routesOf } from './routes.ts';

/** Characters: they become headers and subjects. */
const MAX_NAME = 128;
/** Each is a consumer in each stream that it touches. */
const MAX_PATTERNS = 16;
const MAX_PRIORITY = 10;

export interface Bus {
  events: Events;
  registry: Registry;
  consumers: Consumers;
}

export function eventEndpoints({ events, registry, consumers }: Bus): Record<string, Endpoint> {
  return {
    publish: endpoint(PublishRequestSchema, PublishResponseSchema, async (request, { key }) => {
      const { eventType, payload = {} } = request;
      if (!/^[a-z0-9_]+(\.[a-z0-9_]+)*$/.test(eventType) || eventType.length > MAX_NAME)
        throw invalid('event_type must be lower-case words with dots between them.');
      const priority = within('priority', request.priority, 0, MAX_PRIORITY);
      const metadata = metadataOf('metadata', request.metadata);
      if (!/^[\x21-\x7e]{0,128}$/.test(request.eventId))
        throw invalid(`event_id must be ${MAX_NAME} visible Latin letters at most.`);
      const id = request.eventId || key?.id || randomUUID();
      const subject = `evt.${eventType}.v1`;
      await events.publish(subject, { id, payload, metadata, priority });
      const receivers = (await registry.all()).filter((one) => matches(one, subject, metadata));
      return { success: true, eventId: id, subscriberCount: receivers.length };
    }),

    subscribe: endpoint(SubscribeRequestSchema, SubscribeResponseSchema, async (request) => {
      const { callbackSubject: callback } = request;
      const subscriberId = idOf('subscriber_id', request.subscriberId);
      const filters = metadataOf('filters', request.filters);
      callbackOwner(callback);
      const patterns = validPatterns(request.eventPatterns);
      const id = subscriptionId(subscriberId, callback);
      const since = Date.now();
      const routes = routesOf(id, patterns, await consumers.held(), since);
      if (routes.length === 0)
        throw new ServiceError(Code.FAILED_PRECONDITION, `No stream holds events of ${patterns.join(', ')}.`);
      const { now, dropped } = await registry.put({
        ...{ id, subscriberId, callback, patterns, since, filters, routes },
      });
      await Promise.all(now.routes.map((route) => consumers.open(route)));
      await Promise.all(dropped.map((route) => consumers.remove(route)));
      return { subscriptionId: id, activePatterns: routes.map(({ filter }) => filter).sort() };
    }),

    unsubscribe: endpoint(
      UnsubscribeRequestSchema,
      UnsubscribeResponseSchema,
      async ({ subscriptionId: id }) => {
        if (!/^[\w-]{1,64}$/.test(id)) throw invalid('subscription_id is none that subscribe has given.');
        const removed = await registry.remove(id);
        // Tasks that still deliver notice within a second, and remove what they opened meanwhile.
        await Promise.all((removed?.routes ?? []).map((route) => consumers.remove(route)));
        return { success: removed !== undefined };
      },
    ),
  };
}

function validPatterns(patterns: string[]): string[] {
  for (const pattern of someOf('event_patterns', patterns, MAX_PATTERNS))
    if (!isEventPattern(pattern) || pattern.length > MAX_NAME)
      throw invalid(
        `${JSON.stringify(pattern.slice(0, MAX_NAME))} is no pattern of events: evt.quest.>, evt.*.changed.v1.`,
      );
  const kept = distinct(patterns);
  if (Array.isArray(kept)) return kept;
  throw invalid(`${kept.overlap.join(' and ')} overlap: what fits both would come twice.`);
}
