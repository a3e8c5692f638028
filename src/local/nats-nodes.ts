import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EmbeddedLayout } from '../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../lib/fleet/fleet.ts';
import { nodePlan } from '../lib/nats/node-plan.ts';
import { renderServerConfig } from '../lib/nats/server-config.ts';
import { replaceFile } from '../lib/pki/files.ts';
import type { Journal } from './journal.ts';
import { type Keeper, keepRunning } from './keeper.ts';
import { findProgram, startProcess } from './processes.ts';

export type PlatformFleet = Pick<Fleet, 'name' | 'nats' | 'services' | 'generations'>;

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
    certFile: path.join(folder, 'tls', 'cert.pem'),
    keyFile: path.join(folder, 'tls', 'key.pem'),
    caFile: path.join(folder, 'tls', 'ca.pem'),
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

/** Renders every node's configuration anew and lets the running nodes take it: services come and go with their users. */
export async function reloadNatsNodes(
  fleet: PlatformFleet,
  layout: EmbeddedLayout,
  keepers: Keeper[],
): Promise<void> {
  const changed = await writeNatsConfigs(fleet, layout);
  for (const { name, pid } of keepers) {
    const number = changed.includes(name) ? pid() : undefined;
    if (number !== undefined) process.kill(number, 'SIGHUP');
  }
}

/** @returns the names of the nodes whose file is another one now */
async function writeNatsConfigs(fleet: PlatformFleet, layout: EmbeddedLayout): Promise<string[]> {
  const changed = await Promise.all(
    layout.nats.map(async (node) => {
      const { configFile } = natsFiles(layout, node.name);
      await mkdir(path.dirname(configFile), { recursive: true, mode: 0o700 });
      const text = renderServerConfig(nodePlan(node, layout.nats, fleet));
      if (text === (await readFile(configFile, 'utf8').catch(() => ''))) return [];
      await replaceFile(configFile, text);
      return [node.name];
    }),
  );
  return changed.flat();
}
