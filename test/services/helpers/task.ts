import { pino } from 'pino';
import type { Environment } from '../../../services/sdk/environment.ts';
import { type RunningService, type ServiceParts, startService } from '../../../services/sdk/start.ts';
import type { TestNats } from './nats.ts';
import type { TestRedis } from './redis.ts';

/** A service that runs in the test's own process, as one task, with its log lines at hand. */
export interface Task extends RunningService {
  healthUrl: string;
  url: string;
  lines: Record<string, unknown>[];
}

export interface TaskOptions {
  nats: Pick<TestNats, 'url' | 'bundle'>;
  /** Of its own, 127.x.y.z, as awsvpc gives each task one. */
  host: string;
  folder: string;
  holder: string;
  metadataUri?: string;
  redis?: Pick<TestRedis, 'servers' | 'auth'>;
}

export function startTask(
  parts: ServiceParts,
  { nats, host, folder, holder, metadataUri, redis }: TaskOptions,
): Task {
  const environment: Environment = {
    host,
    port: 8000,
    healthPort: 8080,
    serviceName: holder,
    natsServers: [nats.url],
    tlsBundle: nats.bundle(holder),
    redisServers: redis?.servers ?? [],
    redisAuth: redis?.auth ?? 'unused',
    logLevel: 'debug',
    metadataUri,
  };
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const service = startService(parts, { environment, folder, log });
  return { ...service, healthUrl: `http://${host}:8080`, url: `http://${host}:8000`, lines };
}

/** The status of a GET; 0 while nobody listens. */
export async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
