import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { writeKeyPair } from '../../../src/lib/pki/files.ts';
import { nodeRequest } from '../../../src/lib/pki/holder-requests.ts';
import { renderRedisConfig } from '../../../src/local/redis-config.ts';
import { FLEET, keptAuthority, keptPair } from '../../support/kept/kept.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';

/** One real redis-server with a certificate of the fleet's. @param twist last chance to change its configuration */
export async function startRedisServer(twist = (config: string) => config) {
  const dir = mkdtempSync(path.join(tmpdir(), 'gsys-redis-'));
  const [layout] = embeddedLayout(leaseSlot(), dir, { shards: 3, replicasPerShard: 1 }).redis;
  if (layout === undefined) throw new Error('a layout without Redis');
  const authority = await keptAuthority();
  const pair = path.join(dir, 'certs', 'redis-1');
  await writeKeyPair(pair, await keptPair(nodeRequest(FLEET, 'redis-1', ['127.0.0.1']), authority));
  const ca = path.join(dir, 'ca.pem');
  writeFileSync(ca, authority.bundle);
  const folder = path.join(dir, 'data');
  mkdirSync(folder);
  const tls = { cert: path.join(pair, 'cert.pem'), key: path.join(pair, 'key.pem'), ca };
  const file = path.join(dir, 'redis.conf');
  writeFileSync(file, twist(renderRedisConfig({ ...layout, folder, tls, password: 'token' })));
  const child = spawn('redis-server', [file], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await until('redis-server to listen', () => listens(layout.port));
  return {
    address: `127.0.0.1:${layout.port}`,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
