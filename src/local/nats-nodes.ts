import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EmbeddedLayout } from '../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../lib/fleet/fleet.ts';
import { natsUser, SYSTEM } from '../lib/fleet/identity.ts';
import { fleetUsers } from '../lib/nats/permissions.ts';
import { renderServerConfig } from '../lib/nats/server-config.ts';
import { replaceFile } from '../lib/pki/files.ts';
import type { Journal } from './journal.ts';
import { type Keeper, keepRunning } from './keeper.ts';
import { findProgram, startProcess } from './processes.ts';

export type PlatformFleet = Pick<Fleet, 'name' | 'nats' | 'services'>;

export interface NodeOptions {
  layout: EmbeddedLayout;
  journal: Journal;
  /** Called whenever a node's process is another one, or none. */
  onChange?: () => void;
}

export interface NatsFiles {
  configFile: string;
  logFile: string;
  certFile: string;
  keyFile: string;
  caFile: string;
}

/** Where a node keeps its things. */
export function natsFiles(layout: EmbeddedLayout, name: string): NatsFiles {
  const folder = path.join(layout.stateDir, 'nats', name);
  return {
    configFile: path.join(folder, 'nats-server.conf'),
    logFile: path.join(folder, 'nats-server.log'),
    certFile: path.join(layout.certs, name, 'cert.pem'),
    keyFile: path.join(layout.certs, name, 'key.pem'),
    caFile: path.join(layout.certs, 'ca.pem'),
  };
}

const INSTALL = 'apt-get install nats-server, or set GSYS_NATS_SERVER to its path (https://nats.io/download)';

export async function findNatsServer(program: string): Promise<string> {
  return await findProgram(program, INSTALL);
}

/** Starts every nats-server node. Certificates must be there. */
export async function startNatsNodes(
  fleet: PlatformFleet,
  program: string,
  options: NodeOptions,
): Promise<Keeper[]> {
  const { layout } = options;
  await writeNatsConfigs(fleet, layout);
  const keepers = layout.nats.map(({ name }) => {
    const { configFile, logFile } = natsFiles(layout, name);
    const plan = { program, args: ['-c', configFile], cwd: path.dirname(configFile), logFile };
    return keepRunning(name, () => startProcess({ ...plan, journal: options.journal }), options.onChange);
  });
  await Promise.all(keepers.map((keeper) => keeper.heal()));
  return keepers;
}

/** Renders every node's configuration; a running node takes it with SIGHUP. */
export async function writeNatsConfigs(fleet: PlatformFleet, layout: EmbeddedLayout): Promise<void> {
  await Promise.all(
    layout.nats.map(async (node) => {
      const { configFile, ...files } = natsFiles(layout, node.name);
      const folder = path.dirname(configFile);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const text = renderServerConfig({
        name: node.name,
        cluster: fleet.nats.cluster,
        host: node.host,
        clientPort: node.clientPort,
        routePort: node.routePort,
        monitorPort: node.monitorPort,
        peers: layout.nats.filter((peer) => peer !== node),
        tls: { cert: files.certFile, key: files.keyFile, ca: files.caFile },
        users: fleetUsers(fleet),
        systemUser: natsUser(fleet.name, SYSTEM),
        storeDir: path.join(folder, 'jetstream'),
        pidFile: path.join(folder, 'nats-server.pid'),
        limits: { maxPayload: fleet.nats.maxPayload, maxFile: MAX_FILE, maxMemory: MAX_MEMORY },
      });
      await replaceFile(configFile, text);
    }),
  );
}

/** Bytes for one node: a laptop's share, not a server's. */
const MAX_FILE = 1024 ** 3;
const MAX_MEMORY = 64 * 1024 ** 2;
