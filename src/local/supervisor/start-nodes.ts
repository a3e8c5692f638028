import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GsysError, messageOf } from '../../lib/errors.ts';
import type { EmbeddedLayout } from '../../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import type { Journal } from '../journal.ts';
import type { Keeper } from '../keeper.ts';
import { natsMissing } from '../nats-health.ts';
import { natsFiles, startNatsNodes } from '../nats-nodes.ts';
import { lastLines } from '../processes.ts';
import type { RedisAccess } from '../redis-client.ts';
import { formRedisCluster } from '../redis-cluster.ts';
import { redisAccess, redisLog, startRedisNodes } from '../redis-nodes.ts';

export interface NodePlan {
  fleet: Fleet;
  layout: EmbeddedLayout;
  journal: Journal;
  signal: AbortSignal;
  onChange: () => void;
}

/** Milliseconds: a JetStream election takes up to 9 s and may have to be held again. */
const PATIENCE = 40_000;
const POLL_MS = 100;

/** Starts the NATS nodes and waits until they are one cluster. */
export async function startNats(program: string, plan: NodePlan): Promise<Keeper[]> {
  const { layout } = plan;
  const keepers = await startNatsNodes(plan.fleet, program, plan);
  const logOf = (name: string) => natsFiles(layout, name).logFile;
  await settle('NATS', keepers, logOf, plan.signal, async (signal) => {
    for (
      let missing = await natsMissing(layout);
      missing !== undefined;
      missing = await natsMissing(layout)
    ) {
      if (signal.aborted) throw new Error(missing);
      await wait(POLL_MS);
    }
  });
  return keepers;
}

/** Starts the Redis nodes and waits until they are one cluster. */
export async function startRedis(
  program: string,
  password: string,
  plan: NodePlan,
): Promise<{ keepers: Keeper[]; access: RedisAccess }> {
  const { layout } = plan;
  const keepers = await startRedisNodes(program, password, plan);
  const access = await redisAccess(layout.certs, password);
  const logOf = (name: string) => redisLog(layout.stateDir, name);
  await settle('Redis', keepers, logOf, plan.signal, (signal) =>
    formRedisCluster(layout.redis, plan.fleet.redis.shards, access, signal),
  );
  return { keepers, access };
}

/** Waits for a cluster to form, for a node that ends instead, or for nothing more. */
async function settle(
  kind: string,
  keepers: Keeper[],
  logOf: (name: string) => string,
  signal: AbortSignal,
  form: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const bounded = AbortSignal.any([signal, over.signal, AbortSignal.timeout(PATIENCE)]);
  const death = firstDeath(keepers, bounded);
  try {
    const dead = await Promise.race([form(bounded), death]);
    if (dead !== undefined)
      throw failed(`${dead.name} ended while starting: ${dead.downBecause()}`, logOf(dead.name));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GsysError) throw error;
    const missing = bounded.aborted ? `not within ${PATIENCE / 1000} s: ` : '';
    throw failed(
      `${kind} did not form a cluster: ${missing}${messageOf(error)}`,
      logOf(keepers[0]?.name ?? ''),
    );
  } finally {
    over.abort();
  }
}

async function firstDeath(keepers: Keeper[], signal: AbortSignal): Promise<Keeper | undefined> {
  while (!signal.aborted) {
    const dead = keepers.find((keeper) => keeper.pid() === undefined);
    if (dead !== undefined) return dead;
    await wait(POLL_MS);
  }
  return await new Promise(() => {});
}

function failed(message: string, log: string): GsysError {
  return new GsysError('PLATFORM_FAILED', message, {
    details: [`last lines of ${path.basename(path.dirname(log))}/${path.basename(log)}:`, ...lastLines(log)],
    next: `less ${log}`,
  });
}
