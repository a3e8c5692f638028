import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { retry } from '../../services/sdk/retry.ts';
import { embeddedLayout } from '../../src/lib/fleet/embedded-layout.ts';
import type { NatsNode } from '../../src/lib/fleet/fleet.ts';
import { openJournal } from '../../src/local/journal.ts';
import { type Keeper, keepRunning } from '../../src/local/keeper.ts';
import { startProcess } from '../../src/local/processes.ts';
import { PASSPHRASES, startStaging } from '../lib/tls/staging.ts';
import { start } from './cli.ts';
import { moreAnswers, RETRIES } from './fleet-load.ts';
import { leaseSlot } from './slot.ts';
import { type Steady, startSteadyLoad } from './steady-load.ts';
import { until } from './until.ts';

/** Real nodes with JetStream that somebody set up without TLS and without users, and a definition of what they are to be. */
export interface PlainFleet {
  nodes: NatsNode[];
  file(node: string, name?: string): string;
  keeper(node: string): Keeper;
  /** `gsys tls turn-on …`, as a person would type it. */
  turnOn(...args: string[]): ReturnType<typeof start>;
  /** A client of any node, with a holder's certificate or, without one, without TLS. */
  join(name: string, holder?: string): Promise<NatsConnection>;
  stop(): Promise<void>;
}

export async function startPlainFleet(size: number): Promise<PlainFleet> {
  const dir = mkdtempSync(path.join(tmpdir(), 'gsys-plain-'));
  const layout = embeddedLayout(leaseSlot(), dir, { shards: 3, replicasPerShard: 1 });
  const ports = layout.nats.slice(0, size);
  const staging = await startStaging({
    ...{ transport: 'local', folder: path.join(dir, '{node}') },
    accounts: { fleet: '$G', system: '$SYS' },
    nodes: ports.map(({ name, host, clientPort, routePort, monitorPort }) => ({
      ...{ name, host, clientPort, routePort, monitorPort },
    })),
  });
  await staging.init();
  await staging.issue(['gsys-operator', 'gsys-system', 'settings']);
  const { environment } = staging.fleet;
  const { nodes } = environment.nats;
  const journal = openJournal(path.join(dir, 'journal'));
  const keepers = nodes.map((node) => {
    mkdirSync(node.folder, { mode: 0o700 });
    writeFileSync(
      path.join(node.folder, 'nats-server.conf'),
      plainConfig(node, nodes, staging.fleet.nats.cluster),
    );
    const plan = { program: 'nats-server', args: ['-c', path.join(node.folder, 'nats-server.conf')] };
    const logFile = path.join(node.folder, 'nats-server.log');
    return keepRunning(
      node.name,
      () => startProcess({ ...plan, cwd: node.folder, logFile, journal }),
      undefined,
      RESTART_DELAY,
    );
  });
  await Promise.all(keepers.map((keeper) => keeper.heal()));
  const servers = nodes.map(({ host, clientPort }) => `${host}:${clientPort}`);
  const fleet: PlainFleet = {
    nodes,
    file: (node, name = 'nats-server.conf') => path.join(dir, node, name),
    keeper: (node) => keepers.find(({ name }) => name === node) as Keeper,
    turnOn: (...args) =>
      start(['tls', 'turn-on', '--env', 'staging', ...args], {
        cwd: staging.folder.root,
        env: {
          ...{ AWS_ACCESS_KEY_ID: 'gsys', AWS_SECRET_ACCESS_KEY: 'gsys' },
          GSYS_TLS_PASSPHRASE: PASSPHRASES.issuer,
          GSYS_HOME: path.join(dir, 'home'),
        },
      }),
    async join(name, holder) {
      const read = (file: string) => readFileSync(path.join(staging.certs, holder ?? '', file), 'utf8');
      const ca = () => readFileSync(environment.operator?.ca ?? '', 'utf8');
      // Left out, the client would take up TLS as soon as it is offered.
      const tls = holder === undefined ? null : { cert: read('cert.pem'), key: read('key.pem'), ca: ca() };
      return await connect({
        ...{ servers, name, tls: tls as never, inboxPrefix: `_INBOX_${holder ?? name}` },
        ...{ maxReconnectAttempts: -1, reconnectTimeWait: 50, reconnectJitter: 0, reconnectJitterTLS: 0 },
      });
    },
    async stop() {
      await Promise.all(keepers.map((keeper) => keeper.stop()));
      await staging.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await until('JetStream to have a leader', () => hasStream(fleet)).catch(async (error) => {
    await fleet.stop();
    throw error;
  });
  return fleet;
}

/** Milliseconds: as systemd's RestartSec. */
const RESTART_DELAY = 1000;

/** As people write them who have not thought of TLS. */
function plainConfig(
  { name, clientPort, routePort, folder }: NatsNode,
  nodes: NatsNode[],
  cluster: string,
): string {
  return `server_name: ${name}
port: ${clientPort}
pid_file: "${path.join(folder, 'nats-server.pid')}"
lame_duck_grace_period: "3s"
jetstream { store_dir: "${path.join(folder, 'jetstream')}" }
cluster {
  name: ${cluster}
  port: ${routePort}
  routes: [
    ${nodes.map((node) => `nats://${node.host}:${node.routePort}`).join('\n    ')}
  ]
}
`;
}

async function hasStream(fleet: PlainFleet): Promise<boolean> {
  const nc = await fleet.join('setup').catch(() => undefined);
  if (nc === undefined) return false;
  try {
    const manager = await nc.jetstreamManager({ timeout: 1000 });
    await manager.streams.add({ name: STREAM, subjects: ['evt.>'], num_replicas: fleet.nodes.length });
    return true;
  } catch {
    return false;
  } finally {
    await nc.close();
  }
}

export const STREAM = 'EVENTS_BEFORE_TLS';

/** The settings service in two tasks, and somebody who asks it all the time: each can come with TLS or without. */
export interface MovingLoad {
  /** One after the other, each connected anew before its former connection ends. */
  move(tls: boolean): Promise<void>;
  stop(): Promise<Steady>;
}

/** @param withTls how they come at first */
export async function movingLoad(fleet: PlainFleet, withTls: boolean): Promise<MovingLoad> {
  const serve = async (tls: boolean) => {
    const nc = await fleet.join('settings', tls ? 'settings' : undefined);
    nc.subscribe('svc.settings.v1.get', {
      queue: 'q.settings',
      callback: (_error, message) => void message.respond(),
    });
    await nc.flush();
    return nc;
  };
  const ask = (tls: boolean) => fleet.join('asker', tls ? 'gsys-operator' : undefined);
  const tasks = [await serve(withTls), await serve(withTls)];
  let asker = await ask(withTls);
  const load = await startSteadyLoad(async () => {
    await retry(() => asker.request('svc.settings.v1.get', '', { timeout: 5000 }), RETRIES);
    return { status: 200, body: {} };
  });
  await moreAnswers(load);
  return {
    async move(tls) {
      for (const [i, former] of tasks.entries()) {
        tasks[i] = await serve(tls);
        await former.drain();
      }
      const former = asker;
      asker = await ask(tls);
      await former.drain();
    },
    async stop() {
      const steady = await load.stop();
      await Promise.all([...tasks, asker].map((nc) => nc.close()));
      return steady;
    },
  };
}
