import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { OPERATOR } from '../lib/fleet/identity.ts';
import { replaceFile } from '../lib/pki/files.ts';
import { type Keeper, keepRunning } from './keeper.ts';
import type { NodeOptions } from './nats-nodes.ts';
import { findProgram, startProcess } from './processes.ts';
import type { RedisAccess } from './redis-client.ts';
import { renderRedisConfig } from './redis-config.ts';

const INSTALL = 'apt-get install redis-server, or set GSYS_REDIS_SERVER to its path';

export async function findRedisServer(program: string): Promise<string> {
  return await findProgram(program, INSTALL);
}

/** Starts every redis-server node. Certificates must be there; the cluster is formed by formRedisCluster. */
export async function startRedisNodes(
  program: string,
  password: string,
  options: NodeOptions,
): Promise<Keeper[]> {
  const { layout } = options;
  const keepers = await Promise.all(
    layout.redis.map(async (node) => {
      const { folder } = node;
      const configFile = configFileOf(node);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const tls = {
        cert: path.join(folder, 'tls', 'cert.pem'),
        key: path.join(folder, 'tls', 'key.pem'),
        ca: path.join(folder, 'tls', 'ca.pem'),
      };
      await replaceFile(configFile, renderRedisConfig({ ...node, tls, password }));
      const plan = {
        program,
        args: [configFile],
        cwd: folder,
        logFile: redisLog(layout.stateDir, node.name),
      };
      return keepRunning(
        node.name,
        () => startProcess({ ...plan, journal: options.journal }),
        options.onChange,
      );
    }),
  );
  await Promise.all(keepers.map((keeper) => keeper.heal()));
  return keepers;
}

function configFileOf({ folder }: { folder: string }): string {
  return path.join(folder, 'redis.conf');
}

/** What a node's file says, by directive. */
export async function configOf(node: { folder: string }): Promise<Map<string, string>> {
  const lines = (await readFile(configFileOf(node), 'utf8')).split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [, name, value = ''] = /^([a-z-]+) (.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value.startsWith('"') ? JSON.parse(value) : value]];
    }),
  );
}

export function redisLog(stateDir: string, name: string): string {
  return path.join(stateDir, 'redis', name, 'redis-server.log');
}

/** How the platform itself gets into its Redis: as the operator does. */
export async function redisAccess(certs: string, password: string): Promise<RedisAccess> {
  const [ca, cert, key] = await Promise.all([
    readFile(path.join(certs, 'ca.pem')),
    readFile(path.join(certs, OPERATOR, 'cert.pem')),
    readFile(path.join(certs, OPERATOR, 'key.pem')),
  ]);
  return { ca, cert, key, password };
}

/** The AUTH token: made once, kept for the owner alone. */
export async function ensureRedisPassword(stateDir: string): Promise<string> {
  const file = path.join(stateDir, 'redis', 'auth');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (/^\w{64}\n$/.test(kept)) return kept.trim();
  const password = randomBytes(32).toString('hex');
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, `${password}\n`);
  return password;
}
