import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { Cluster } from 'ioredis';
import { ServiceError } from './errors.ts';
import type { Logger } from './log.ts';
import type { ServiceContext } from './start.ts';
import { StateAway, STATE_TIMEOUT_MS as TIMEOUT_MS } from './state-away.ts';

/**
 * Keys of this service in the Redis that all its tasks share. Redis forgets when it is short of memory and when a
 * primary dies before its replica has heard: what must not be lost belongs into a bucket.
 */
export interface Redis {
  /** @throws ServiceError UNAVAILABLE, as all of these */
  get(key: string): Promise<string | undefined>;
  /** @param ttlMs after which it is gone: nothing is kept for ever */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Adds to a number that begins with 0 and is gone `windowMs` after it began, for all tasks alike.
   * @returns the sum, and what is left of the window in milliseconds
   */
  count(key: string, by: number, windowMs: number): Promise<{ sum: number; leftMs: number }>;
  /** Whatever else Redis can do. The prefix is put before keys by itself; a script's keys must be in KEYS. */
  run<T>(work: (cluster: Cluster) => Promise<T>): Promise<T>;
}

const RETRY_MS = 250;

const COUNT = `
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return { sum, redis.call('PTTL', KEYS[1]) }`;

/**
 * Connects when it is first used. The task is not ready before Redis has answered once; that Redis is away later is
 * for each request to say.
 * @throws Error when service.yaml declares no state.redisPrefix
 */
export function redisOf(context: ServiceContext): Redis {
  const known = opened.get(context);
  if (known) return known;
  const redis = open(context);
  opened.set(context, redis);
  return redis;
}

/** Endpoints and work of one task share one. */
const opened = new WeakMap<ServiceContext, Redis>();

function open(context: ServiceContext): Redis {
  const { definition, log } = context;
  const prefix = definition.state?.redisPrefix;
  if (prefix === undefined)
    throw new Error(`services/${definition.name}/service.yaml declares no state.redisPrefix.`);
  let client: Cluster | undefined;
  const cluster = () => {
    client ??= openCluster(context, prefix, log);
    return client;
  };
  const redis = over(cluster);
  context.need({
    untilThere: async (signal) => {
      while (!signal.aborted && !(await isThere(redis)))
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    },
    letGo: async () => client?.disconnect(),
  });
  return redis;
}

async function isThere(redis: Redis): Promise<boolean> {
  try {
    await redis.get('gsys-ready');
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

function over(cluster: () => Cluster): Redis {
  const run = async <T>(work: (cluster: Cluster) => Promise<T>): Promise<T> => {
    try {
      return await inTime(work(cluster()));
    } catch (cause) {
      if (isOurs(cause)) throw cause;
      throw new StateAway('redis', 'Redis cannot be reached.', cause);
    }
  };
  return {
    run,
    get: (key) => run(async (redis) => (await redis.get(key)) ?? undefined),
    set: (key, value, ttlMs) => run(async (redis) => void (await redis.set(key, value, 'PX', ttlMs))),
    delete: (key) => run(async (redis) => void (await redis.del(key))),
    count: (key, by, windowMs) =>
      run(async (redis) => {
        const [sum, leftMs] = (await redis.eval(COUNT, 1, key, by, windowMs)) as [number, number];
        return { sum, leftMs };
      }),
  };
}

function openCluster({ environment, tlsFiles }: ServiceContext, keyPrefix: string, log: Logger): Cluster {
  const { caFile, certFile, keyFile } = tlsFiles;
  const tls = {
    // A managed cluster's certificates are of its provider's authority, not of ours.
    ca: [readFileSync(caFile, 'utf8'), ...rootCertificates],
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
  };
  const cluster = new Cluster(environment.redisServers, {
    keyPrefix,
    // TLS checks names, where there are some: the client must not turn them into addresses first.
    dnsLookup: (name, callback) => callback(null, name),
    clusterRetryStrategy: () => RETRY_MS,
    slotsRefreshTimeout: TIMEOUT_MS,
    redisOptions: {
      ...(environment.redisAuth && { password: environment.redisAuth }),
      tls,
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      maxRetriesPerRequest: 2,
    },
  });
  let reason = '';
  cluster.on('error', (error: Error) => {
    if (error.message !== reason) log.warn({ err: error }, 'Redis');
    reason = error.message;
  });
  cluster.on('ready', () => {
    reason = '';
  });
  return cluster;
}

/** What Redis answers while it cannot serve; its other errors are mistakes of whoever asks. */
const UNAVAILABLE = /^(CLUSTERDOWN|LOADING|MASTERDOWN|NOAUTH|OOM|READONLY|TRYAGAIN|WRONGPASS)/;

function isOurs(error: unknown): boolean {
  if (error instanceof ServiceError || error instanceof TypeError || error instanceof SyntaxError)
    return true;
  const { name, message } = error as Error;
  return name === 'ReplyError' && !UNAVAILABLE.test(message);
}

/** Commands wait for a cluster that is not there, and the client bounds only those that it has sent. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StateAway('redis', `Redis did not answer within ${TIMEOUT_MS} ms.`)),
      TIMEOUT_MS,
    );
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
