import type { Secrets } from '../../aws/secrets.ts';
import type { Fleet, RedisNode } from '../../fleet/fleet.ts';
import { redisLogin } from '../../redis/login.ts';
import { nodesBehind } from '../../redis/nodes-behind.ts';
import { usageOf } from '../../redis/usage.ts';
import type { Raw } from './raw.ts';
import { mapSeen, seen, valuesOf } from './seen.ts';

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
  const ask = (nodes: RedisNode[]) =>
    Promise.all(
      nodes.map((node) => {
        const address = `${node.host}:${node.port}`;
        return seen(address, async () => ({ address, usage: await usageOf(node, opened.value, TIMEOUT) }));
      }),
    );
  const asked = await ask(redis.endpoints);
  const views = valuesOf(asked).map(({ usage }) => usage.nodes);
  const all = [...asked, ...(await ask(nodesBehind(redis.endpoints, views)))];
  return all.map((one) => mapSeen(one, ({ address, usage: { nodes: _, ...usage } }) => ({ address, usage })));
}
