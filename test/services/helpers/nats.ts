import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { until } from '../../support/until.ts';
import { createAuthority, type TestAuthority } from './certificates.ts';

/** One real nats-server with JetStream and mutual TLS; it can go down and come back on the same port and store. */
export interface TestNats {
  url: string;
  authority: TestAuthority;
  /** Of a service: its secret, as the task gets it. */
  bundle(holder: string): string;
  /** As it was configured at first, or otherwise. */
  start(config?: NatsConfig): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Goes back to the first configuration without a restart. */
  reload(): void;
  /** A client with every permission. */
  client(): Promise<NatsConnection>;
  close(): Promise<void>;
}

export interface NatsConfig {
  /** Permissions by holder, in nats-server's own syntax. */
  permissions?: Record<string, string>;
  /** Holders that the server does not know. */
  without?: string[];
}

const HOLDERS = ['settings', 'gateway', 'broken', 'operator'];

export async function startNats(folder: string, port: number, first: NatsConfig = {}): Promise<TestNats> {
  mkdirSync(folder, { recursive: true });
  const authority = createAuthority(folder);
  const server = authority.issue('server', 'DNS:localhost,IP:127.0.0.1');
  const bundles = new Map(HOLDERS.map((holder) => [holder, authority.issue(holder, `DNS:${holder}.test`)]));
  const configFile = path.join(folder, 'nats.conf');
  const clients: NatsConnection[] = [];
  let child: ChildProcess | undefined;

  const write = ({ permissions = {}, without = [] }: NatsConfig) => {
    const users = HOLDERS.filter((holder) => !without.includes(holder)).map((holder) => {
      const allowed = permissions[holder];
      return `{ user: "${holder}.test"${allowed ? `, permissions: ${allowed}` : ''} }`;
    });
    writeFileSync(
      configFile,
      `server_name: n-${port}
       listen: "127.0.0.1:${port}"
       jetstream { store_dir: "${folder}/js" }
       tls { cert_file: "${server.certFile}", key_file: "${server.keyFile}", ca_file: "${authority.caFile}", verify_and_map: true }
       accounts { FLEET { jetstream: enabled, users: [${users.join(', ')}] } }`,
    );
  };

  const tls = () => {
    const operator = bundles.get('operator');
    return { caFile: authority.caFile, certFile: operator?.certFile ?? '', keyFile: operator?.keyFile ?? '' };
  };
  const nats: TestNats = {
    url: `tls://127.0.0.1:${port}`,
    authority,
    bundle: (holder) => bundles.get(holder)?.bundle ?? '',
    start: async (config = first) => {
      write(config);
      child = spawn('nats-server', ['-c', configFile], { stdio: 'ignore' });
      await until('nats-server to accept clients', async () => {
        try {
          await (await connect({ servers: nats.url, tls: tls(), reconnect: false })).close();
          return true;
        } catch {
          return false;
        }
      });
    },
    stop: async (signal = 'SIGKILL') => {
      const stopping = child;
      if (!stopping) return;
      const exited = once(stopping, 'exit');
      stopping.kill(signal);
      await exited;
      if (child === stopping) child = undefined;
    },
    reload: () => {
      write(first);
      child?.kill('SIGHUP');
    },
    client: async () => {
      const client = await connect({
        servers: nats.url,
        tls: tls(),
        maxReconnectAttempts: -1,
        reconnectTimeWait: 50,
        // Sooner than any task.
        reconnectJitterTLS: 0,
      });
      clients.push(client);
      return client;
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await nats.stop();
    },
  };
  await nats.start();
  return nats;
}
