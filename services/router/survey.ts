import { Empty, type NatsConnection, RequestStrategy } from 'nats';

/** What one instance says of itself, as far as we look at it. */
export interface Instance {
  id: string;
  name: string;
  endpoints: EndpointCounts[];
}

/** Since its start. */
export interface EndpointCounts {
  name: string;
  subject: string;
  requests: number;
  errors: number;
  /** Nanoseconds in all. */
  processing: number;
  lastError: string;
}

/** Nobody says who is the last, so it ends 300 ms after an answer (the client's own measure), or after this. */
const MAX_WAIT_MS = 2_000;

/** Asks every instance of the fleet at once: https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-32.md */
export async function survey(nc: NatsConnection): Promise<Instance[]> {
  const strategy = RequestStrategy.JitterTimer;
  const answers = await nc.requestMany('$SRV.STATS', Empty, { strategy, maxWait: MAX_WAIT_MS });
  const instances: Instance[] = [];
  for await (const { data } of answers) {
    const instance = parseStats(Buffer.from(data).toString());
    if (instance) instances.push(instance);
  }
  return instances;
}

/** Anybody may answer, whatever they like. @returns undefined where it is no answer to $SRV.STATS */
export function parseStats(text: string): Instance | undefined {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { id, name, endpoints } = json ?? {};
  if (typeof id !== 'string' || typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) return undefined;
  return {
    ...{ id, name },
    endpoints: Array.isArray(endpoints) ? endpoints.flatMap(countsOf) : [],
  };
}

function countsOf(json: Record<string, unknown> | null): EndpointCounts[] {
  const { name, subject, num_requests, num_errors, processing_time, last_error } = json ?? {};
  if (typeof name !== 'string' || typeof subject !== 'string') return [];
  return [
    {
      ...{ name, subject },
      requests: count(num_requests),
      errors: count(num_errors),
      processing: count(processing_time),
      lastError: typeof last_error === 'string' ? last_error : '',
    },
  ];
}

function count(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;
}
