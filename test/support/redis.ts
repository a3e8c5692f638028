import { readFileSync } from 'node:fs';
import path from 'node:path';
import { askRedis } from '../../src/lib/redis/connect.ts';
import type { Platform } from './platform.ts';

/** A hash tag of the first shard: its slot is 5061. */
const TAG = '{bar}';

/** Writes to the first shard. @returns whether that says that it cannot, as its disk is full; undefined where it is away */
export async function refusesWrites({ home, status }: Platform): Promise<boolean | undefined> {
  const { operator, redis } = await status();
  const primary = redis.find(({ role, shard }) => role === 'primary' && shard === 1);
  const [cert, key] = [readFileSync(operator.certFile), readFileSync(operator.keyFile)];
  const access = {
    tls: { ca: [readFileSync(operator.caFile, 'utf8')], cert, key },
    password: readFileSync(path.join(home, 'local', 'redis', 'auth'), 'utf8').trim(),
  };
  const node = { host: '127.0.0.1', port: primary?.port ?? 0 };
  try {
    await askRedis(node, access, 5000, async (client) => {
      for (let i = 0; i < 50; i++) await client.set(`${TAG}${i}`, 'x'.repeat(1000));
    });
    return false;
  } catch (error) {
    return /MISCONF/.test(String((error as Error).message)) || undefined;
  }
}
