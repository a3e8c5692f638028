import path from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { retry } from '../../../../services/sdk/retry.ts';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import { KEPT, pairsOf } from '../../../support/kept/kept.ts';
import { type Outcome, startLoad } from '../../../support/load.ts';
import { until } from '../../../support/until.ts';

export interface ConfigLoad {
  workers: number;
  /** How many attempts there were besides the first of each request. */
  repeated(): number;
  /** @returns what became of the requests */
  stop(): Promise<Outcome[]>;
}

const WORKERS = 8;
/** As the services' SDK asks what is idempotent. */
const RETRIES = { retries: 2, minWaitMs: 50, maxWaitMs: 500, patienceMs: 1000, isWorthwhile: () => true };

/** The settings service in two tasks, and somebody who asks it all the time. */
export async function underLoad({ environment: { nats, operator } }: Fleet): Promise<ConfigLoad> {
  const open: NatsConnection[] = [];
  const join = async (holder: string, folder: string) => {
    const [certFile, keyFile] = ['cert.pem', 'key.pem'].map((name) => path.join(folder, name));
    const nc = await connect({
      servers: nats.nodes.map(({ host, clientPort }) => `${host}:${clientPort}`),
      tls: { certFile, keyFile, caFile: operator?.ca } as never,
      inboxPrefix: `_INBOX_${holder}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
      reconnectJitterTLS: 0,
    });
    open.push(nc);
    return nc;
  };
  for (let task = 0; task < 2; task++) {
    const service = await join('settings', path.join(pairsOf(KEPT), 'settings'));
    service.subscribe('svc.settings.v1.get', {
      queue: 'q.settings',
      callback: (_error, message) => void message.respond(),
    });
    await service.flush();
  }
  const asker = await join('gsys-operator', path.dirname(operator?.cert ?? ''));
  let attempts = 0;
  const load = startLoad(
    async () => {
      await retry(() => {
        attempts++;
        return asker.request('svc.settings.v1.get', '', { timeout: 5000 });
      }, RETRIES);
      return { status: 200, body: {} };
    },
    { workers: WORKERS, patience: 10_000 },
  );
  await until('requests are answered', () => load.outcomes.length > 50);
  return {
    workers: WORKERS,
    repeated: () => attempts - load.outcomes.length,
    async stop() {
      const outcomes = await load.stop();
      await Promise.all(open.map((nc) => nc.close()));
      return outcomes;
    },
  };
}
