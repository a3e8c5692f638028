import type { RedisView } from '../../redis/cluster.ts';
import type { NodeLook } from '../look/nodes.ts';
import type { Counts, InstanceWork } from '../look/work.ts';
import type { Source } from './source.ts';

/** What a service does, from two looks at the counts of its instances. */
export interface WorkRate {
  /** That answer. */
  instances: number;
  /** Undefined until there are two looks at one of them, and where it serves nothing over NATS. */
  perSecond: number | undefined;
  /** Share of the requests between the looks, 0 to 1; undefined without requests. */
  errors: number | undefined;
  /** Mean milliseconds from taking a request to its reply; undefined without requests. */
  latency: number | undefined;
  lastError: string | undefined;
}

/** By service. An instance that was there in one of the two looks only tells no rate: its counts began meanwhile. Pure. */
export function workRates({ value = [], at = 0, before }: Source<InstanceWork[]>): Map<string, WorkRate> {
  const earlier = new Map(before?.value.map(({ id, counts }) => [id, counts]));
  const seconds = (at - (before?.at ?? at)) / 1000;
  const byService = new Map<string, InstanceWork[]>();
  for (const work of value) byService.set(work.service, [...(byService.get(work.service) ?? []), work]);
  return new Map(
    [...byService].map(([service, instances]) => {
      const done = instances.flatMap(({ id, counts }) => doneSince(counts, earlier.get(id)) ?? []);
      return [service, { ...rateOf(done, seconds), ...namesOf(instances) }];
    }),
  );
}

function doneSince(now: Counts | undefined, before: Counts | undefined): Counts | undefined {
  if (now === undefined || before === undefined || now.requests < before.requests) return undefined;
  return {
    requests: now.requests - before.requests,
    errors: now.errors - before.errors,
    nanoseconds: now.nanoseconds - before.nanoseconds,
  };
}

function rateOf(done: Counts[], seconds: number) {
  const sum = (of: keyof Counts) => done.reduce((total, counts) => total + counts[of], 0);
  const requests = sum('requests');
  const none = done.length === 0 || seconds <= 0;
  return {
    perSecond: none ? undefined : requests / seconds,
    errors: requests === 0 ? undefined : sum('errors') / requests,
    latency: requests === 0 ? undefined : sum('nanoseconds') / requests / 1e6,
  };
}

function namesOf(instances: InstanceWork[]) {
  return {
    instances: instances.length,
    lastError: instances.map(({ lastError }) => lastError).find(Boolean),
  };
}

export interface NodeRate {
  messages: number;
  bytes: number;
  /** Slow consumers that were cut off between the looks; a rate would hide a single one. */
  slow: number;
}

/** A second, between two looks at a node that was not started anew meanwhile; undefined without two. Pure. */
export function nodeRate({ value, at = 0, before }: Source<NodeLook>): NodeRate | undefined {
  if (value === undefined || before === undefined || value.startedAt !== before.value.startedAt)
    return undefined;
  const seconds = (at - before.at) / 1000;
  return {
    messages: (value.messages - before.value.messages) / seconds,
    bytes: (value.bytes - before.value.bytes) / seconds,
    slow: value.slowConsumers - before.value.slowConsumers,
  };
}

/** Commands a second, those of the looks themselves among them; undefined without two looks. Pure. */
export function commandRate({ value, at = 0, before }: Source<RedisView>): number | undefined {
  if (value === undefined || before === undefined) return undefined;
  const commands = value.commands - before.value.commands;
  return commands < 0 ? undefined : commands / ((at - before.at) / 1000);
}
