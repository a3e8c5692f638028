import { readFileSync } from 'node:fs';
import path from 'node:path';
import { askRedis } from '../../src/lib/redis/connect.ts';
import type { Platform } from './platform.ts';

/** A hash tag of the first shard: its slot is 5061. */
const TAG = '{bar}';

/** Writes to the first shard. @returns whether that says that it cannot, as its disk is full; undefined where it is away */
export async function refusesWrites(fleet: Platform): Promise<boolean | undefined> {
  try {
    await asClient(fleet, async (client) => {
      for (let i = 0; i < 50; i++) await client.set(`${TAG}${i}`, 'x'.repeat(1000));
    });
    return false;
  } catch (error) {
    return /MISCONF/.test(String((error as Error).message)) || undefined;
  }
}

/** Fills the first shard until it throws keys away. @returns takes them out again */
export async function fillRedis(fleet: Platform): Promise<() => Promise<void>> {
  const keys = Array.from({ length: 70 }, (_, i) => `${TAG}full-${i}`);
  await asClient(fleet, async (client) => {
    for (const key of keys) await client.set(key, 'x'.repeat(1024 ** 2));
  });
  return () => asClient(fleet, async (client) => void (await client.unlink(...keys)));
}

type Work = (client: Parameters<Parameters<typeof askRedis<void>>[3]>[0]) => Promise<void>;

async function asClient(fleet: Platform, work: Work): Promise<void> {
  const primary = (await fleet.status()).redis.find(({ role, shard }) => role === 'primary' && shard === 1);
  await askNode(fleet, primary?.port ?? 0, work);
}

/** What somebody can do to one node who has the operator's certificate and the password. */
export async function askNode({ home, status }: Platform, port: number, work: Work): Promise<void> {
  const { operator } = await status();
  const [cert, key] = [readFileSync(operator.certFile), readFileSync(operator.keyFile)];
  const access = {
    tls: { ca: [readFileSync(operator.caFile, 'utf8')], cert, key },
    password: readFileSync(path.join(home, 'local', 'redis', 'auth'), 'utf8').trim(),
  };
  await askRedis({ host: '127.0.0.1', port }, access, 60_000, work);
}
