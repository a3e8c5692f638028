import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RedisNode } from '../../../fleet/fleet.ts';
import { askRedis } from '../../../redis/connect.ts';
import { type Child, startChild } from './child.ts';
import { freePorts } from './free-ports.ts';
import { startFailure } from './start-failure.ts';
import type { TrialTrust } from './trial-trust.ts';
import { waitFor } from './wait-for.ts';

export interface TrialRedis {
  child: Child;
  node: RedisNode;
}

/** Milliseconds, for the start and for one command. */
const PATIENCE = 20_000;
const COMMAND = 5000;
const HOST = '127.0.0.1';
/** https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec: a cluster of one has them all. */
const SLOTS = Array.from({ length: 16_384 }, (_, slot) => slot);

/** One real redis-server that is a cluster by itself, with TLS, client certificates and AUTH. Keeps nothing. */
export async function startTrialRedis(
  program: string,
  password: string,
  trust: TrialTrust,
  folder: string,
  signal: AbortSignal,
): Promise<TrialRedis> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [port = 0, busPort = 0] = await freePorts(2);
  const file = path.join(folder, 'redis.conf');
  await writeFile(file, configOf(port, busPort, password, trust, folder), { mode: 0o600 });
  const child = startChild({ program, args: [file], cwd: folder });
  const node = { host: HOST, port };
  try {
    const [ca, cert, key] = await Promise.all([
      readFile(trust.ca, 'utf8'),
      readFile(trust.operator.cert),
      readFile(trust.operator.key),
    ]);
    const access = { tls: { ca: [ca], cert, key }, password };
    const ask = () =>
      askRedis(node, access, COMMAND, async (client) => {
        if (!/cluster_slots_assigned:16384/.test(await client.cluster('INFO')))
          await client.cluster('ADDSLOTS', ...SLOTS);
        return /cluster_state:ok/.test(await client.cluster('INFO')) || undefined;
      }).catch(() => undefined);
    const up = await waitFor(async () => (child.hasExited() ? false : await ask()), PATIENCE, signal);
    if (!up) throw await startFailure(child, program);
    return { child, node };
  } catch (error) {
    await child.end();
    throw error;
  }
}

function configOf(
  port: number,
  busPort: number,
  password: string,
  trust: TrialTrust,
  folder: string,
): string {
  const quote = JSON.stringify;
  return `bind ${HOST}
port 0
tls-port ${port}
tls-cert-file ${quote(trust.server.cert)}
tls-key-file ${quote(trust.server.key)}
tls-ca-cert-file ${quote(trust.ca)}
tls-auth-clients yes
tls-cluster yes
requirepass ${quote(password)}
cluster-enabled yes
cluster-port ${busPort}
cluster-announce-ip ${HOST}
cluster-config-file nodes.conf
dir ${quote(folder)}
save ""
appendonly no
daemonize no
`;
}
