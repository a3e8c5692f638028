import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import type { KeyPairFiles, NatsNode, Service } from '../../../src/lib/fleet/fleet.ts';
import { natsUser, OPERATOR, SYSTEM } from '../../../src/lib/fleet/identity.ts';
import { fleetUsers } from '../../../src/lib/nats/permissions.ts';
import { ACCOUNTS, renderServerConfig } from '../../../src/lib/nats/server-config.ts';
import { writeKeyPair } from '../../../src/lib/pki/files.ts';
import { FLEET, keptAuthority, keptPair } from '../../support/kept/kept.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';

export interface NatsCluster {
  dir: string;
  ca: string;
  nodes: NatsNode[];
  identity(holder: string): KeyPairFiles;
  process(node: string): ChildProcess;
  /** What it has logged so far. */
  log(node: string): string;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  size: number;
  services?: Service[];
  /** A last chance to break a node's configuration. */
  twist?: (config: string, node: string) => string;
}

/** A real cluster with certificates of gsys's own making. */
export async function startNats({ size, services = [], twist }: ClusterOptions): Promise<NatsCluster> {
  const dir = mkdtempSync(path.join(tmpdir(), 'gsys-nats-'));
  const layout = embeddedLayout(leaseSlot(), dir, { shards: 3, replicasPerShard: 1 });
  const nodes = layout.nats.slice(0, size);
  const authority = await keptAuthority();
  const ca = path.join(dir, 'ca.pem');
  writeFileSync(ca, authority.bundle);
  const identity = (holder: string) => ({
    cert: path.join(layout.certs, holder, 'cert.pem'),
    key: path.join(layout.certs, holder, 'key.pem'),
  });
  const holders = [OPERATOR, SYSTEM, ...services.map(({ name }) => name)];
  await Promise.all([
    ...nodes.map(async ({ name }) => {
      const request = { commonName: name, organization: FLEET, dns: [name, 'localhost'], ip: ['127.0.0.1'] };
      await writeKeyPair(
        path.join(layout.certs, name),
        await keptPair({ profile: 'node', ...request }, authority),
      );
    }),
    ...holders.map(async (holder) => {
      const request = { commonName: holder, organization: FLEET, dns: [natsUser(FLEET, holder)] };
      await writeKeyPair(
        path.join(layout.certs, holder),
        await keptPair({ profile: 'service', ...request }, authority),
      );
    }),
  ]);
  const processes = new Map<string, ChildProcess>();
  for (const node of nodes) {
    const config = renderServerConfig({
      ...node,
      cluster: FLEET,
      peers: nodes.filter(({ name }) => name !== node.name),
      tls: { ...identity(node.name), ca },
      users: fleetUsers({ name: FLEET, services }),
      systemUser: natsUser(FLEET, SYSTEM),
      accounts: ACCOUNTS,
      storeDir: path.join(dir, node.name),
      pidFile: path.join(dir, `${node.name}.pid`),
      limits: { maxPayload: 1024 * 1024, maxFile: 64 * 1024 * 1024, maxMemory: 16 * 1024 * 1024 },
    });
    const file = path.join(dir, `${node.name}.conf`);
    writeFileSync(file, twist?.(config, node.name) ?? config);
    processes.set(node.name, spawn('nats-server', ['-c', file, '-l', path.join(dir, `${node.name}.log`)]));
  }
  const stop = async () => {
    const ended = [...processes.values()].map((child) =>
      child.exitCode === null && child.signalCode === null
        ? new Promise((resolve) => child.once('exit', resolve))
        : undefined,
    );
    for (const child of processes.values()) child.kill('SIGKILL');
    await Promise.all(ended);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await Promise.all(
      nodes.map(({ name, monitorPort }) =>
        until(`${name} to be ready`, () => ready(monitorPort, size).catch(() => false)),
      ),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dir,
    ca,
    nodes,
    identity,
    process: (node) => {
      const found = processes.get(node);
      if (found === undefined) throw new Error(`there is no ${node}`);
      return found;
    },
    log: (node) => readFileSync(path.join(dir, `${node}.log`), 'utf8'),
    stop,
  };
}

async function ready(monitorPort: number, size: number): Promise<boolean> {
  const varz = (await (await fetch(`http://127.0.0.1:${monitorPort}/varz`)).json()) as { remotes?: number };
  const health = await fetch(`http://127.0.0.1:${monitorPort}/healthz`);
  return (varz.remotes ?? 0) === size - 1 && (size === 1 || health.ok);
}
