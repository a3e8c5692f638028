import type { Secrets } from '../../aws/secrets.ts';
import { ConnectionFault } from '../../connection-fault.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { viewsFrom } from '../../redis/cluster.ts';
import { redisLogin } from '../../redis/login.ts';
import { usageOf } from '../../redis/usage.ts';
import type { Raw } from './raw.ts';
import { seen } from './seen.ts';

/** Milliseconds to connect, and for each command. */
const TIMEOUT = 1500;

/** How full each node is: those of the definition, and those that they tell of. */
export async function lookAtRedis(
  { environment }: Fleet,
  secrets: Pick<Secrets, 'value'>,
): Promise<Raw['redis']> {
  const { redis } = environment;
  const opened = await seen('Redis', () => redisLogin(environment, secrets.value));
  if ('why' in opened) return [opened];
  const asked = await viewsFrom(redis.endpoints, opened.value, TIMEOUT);
  return await Promise.all(
    asked.map(({ node, answer }) => {
      const address = `${node.host}:${node.port}`;
      return seen(address, async () => {
        if (!answer.ok) throw new ConnectionFault(answer.fault, answer.why);
        return { address, usage: usageOf(answer.value) };
      });
    }),
  );
}
