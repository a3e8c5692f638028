import type { NatsConnection } from 'nats';
import { gather, type MicroStats } from '../../nats/micro.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';

/** What one instance of a service has done since it started, all endpoints together. */
export interface InstanceWork {
  service: string;
  /** ADR-32 id; new with each start. */
  id: string;
  taskArn: string | undefined;
  /** `settings-nats:3` */
  revision: string | undefined;
  /** Undefined where it serves no endpoint over NATS, as the gateway does not. */
  counts: Counts | undefined;
  /** Of the endpoint that failed last, as the service words it. */
  lastError: string | undefined;
}

export interface Counts {
  requests: number;
  errors: number;
  /** Nanoseconds of all requests together, from taking one to its reply. */
  nanoseconds: number;
}

/**
 * Everybody who answers `$SRV.STATS`.
 * @param operators one for each part of the mesh; several that reach the same instance count it once
 */
export async function lookAtWork(operators: NatsConnection[]): Promise<InstanceWork[]> {
  const answers = await Promise.all(
    operators.map((operator) => gather(operator, 'STATS', { maxWait: NATS_TIMEOUT })),
  );
  return [...new Map(answers.flat().map((stats) => [stats.id, workOf(stats)])).values()];
}

function workOf({ name, id, metadata = {}, endpoints = [] }: MicroStats): InstanceWork {
  const sum = (count: (endpoint: (typeof endpoints)[number]) => number) =>
    endpoints.reduce((total, endpoint) => total + count(endpoint), 0);
  return {
    ...{
      service: name,
      id,
      taskArn: metadata.taskArn || undefined,
      revision: metadata.revision || undefined,
    },
    counts:
      endpoints.length === 0
        ? undefined
        : {
            requests: sum(({ num_requests }) => num_requests),
            errors: sum(({ num_errors }) => num_errors),
            nanoseconds: sum(({ processing_time = 0 }) => processing_time),
          },
    lastError: endpoints.map(({ last_error }) => last_error).find(Boolean),
  };
}
