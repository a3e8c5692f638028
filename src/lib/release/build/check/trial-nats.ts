import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GsysError } from '../../../errors.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { natsUser, OPERATOR, SYSTEM } from '../../../fleet/identity.ts';
import { connectNats } from '../../../nats/connect.ts';
import { fleetUsers, inboxPrefix } from '../../../nats/permissions.ts';
import { ACCOUNTS, renderAccounts } from '../../../nats/server-config.ts';
import { streams } from '../../../nats/streams.ts';
import { type Child, startChild } from './child.ts';
import { startFailure } from './start-failure.ts';
import type { TrialTrust } from './trial-trust.ts';
import { waitFor } from './wait-for.ts';

export interface TrialNats {
  child: Child;
  port: number;
}

/** Milliseconds. */
const PATIENCE = 20_000;
const HOST = '127.0.0.1';

/** One real nats-server with the fleet's own users, permissions and streams, empty, on a port that it chooses itself. */
export async function startTrialNats(
  fleet: Fleet,
  program: string,
  trust: TrialTrust,
  folder: string,
  signal: AbortSignal,
): Promise<TrialNats> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'nats-server.conf');
  await writeFile(file, configOf(fleet, trust, folder));
  const child = startChild({ program, args: ['-c', file], cwd: folder });
  const port = await waitFor(
    async () => (child.hasExited() ? 0 : await portIn(folder)),
    PATIENCE,
    signal,
  ).catch(async (error) => {
    await child.end();
    throw error;
  });
  if (!port) throw await startFailure(child, program);
  try {
    await makeStreams(fleet, port, trust, signal);
  } catch (error) {
    await child.end();
    throw error;
  }
  return { child, port };
}

function configOf(fleet: Fleet, trust: TrialTrust, folder: string): string {
  const quote = JSON.stringify;
  return `server_name: trial
listen: "${HOST}:-1"
ports_file_dir: ${quote(folder)}
max_payload: ${fleet.nats.maxPayload}
tls {
  cert_file: ${quote(trust.server.cert)}
  key_file: ${quote(trust.server.key)}
  ca_file: ${quote(trust.ca)}
  verify_and_map: true
}
jetstream {
  store_dir: ${quote(path.join(folder, 'jetstream'))}
  # What streams may grow to is set aside from this, whether they do or not.
  max_file_store: 1TB
}
${renderAccounts({ users: fleetUsers(fleet), systemUser: natsUser(fleet.name, SYSTEM), accounts: ACCOUNTS })}`;
}

/** https://docs.nats.io/running-a-nats-service/configuration: `ports_file_dir`. */
async function portIn(folder: string): Promise<number | undefined> {
  const name = (await readdir(folder)).find((file) => file.endsWith('.ports'));
  if (name === undefined) return undefined;
  try {
    const { nats } = JSON.parse(await readFile(path.join(folder, name), 'utf8')) as { nats: string[] };
    return Number(new URL(nats[0] ?? '').port);
  } catch {
    // Half written.
    return undefined;
  }
}

async function makeStreams(
  fleet: Fleet,
  port: number,
  trust: TrialTrust,
  signal: AbortSignal,
): Promise<void> {
  const operator = await connectNats({
    ...{ to: { host: HOST, clientPort: port }, identity: trust.operator, ca: trust.ca, name: OPERATOR },
    inboxPrefix: inboxPrefix(OPERATOR),
    timeout: PATIENCE,
  });
  try {
    for (const stream of fleet.nats.streams) {
      // A server by itself refuses replicas.
      if (!(await streams(operator, signal).create({ ...stream, replicas: 1 })))
        throw new GsysError(
          'CHECK_FAILED',
          `the nats-server of the check does not make stream ${stream.name}`,
        );
    }
  } finally {
    await operator.close();
  }
}
