import path from 'node:path';
import type { Redis } from 'ioredis';
import { secrets } from '../aws/secrets.ts';
import { ConnectionFault, recogniseFault } from '../connection-fault.ts';
import { GsysError, messageOf } from '../errors.ts';
import type { Environment, RedisNode } from '../fleet/fleet.ts';
import { readServerFiles, type ServerFiles, writeServerFiles } from '../pki/files.ts';
import { inspect, isPair } from '../pki/inspect.ts';
import { askRedis, type RedisAccess, redisAccess } from '../redis/connect.ts';
import { reloadTls } from '../redis/reload-tls.ts';
import { withSocket } from '../wire.ts';
import { lookAt } from './handshake.ts';
import { redisHolder, serverFolder } from './holders.ts';
import type { TlsContext } from './steps.ts';
import { visitorOf } from './visitor.ts';

export interface WantedServerFiles {
  /** `redis-1` */
  holder: string;
  files: ServerFiles;
}

/** Milliseconds for one answer of one node. */
const TIMEOUT = 3000;
/** The same for all that is done with one node, the way back included. */
const PATIENCE = 30_000;

/**
 * Brings Redis nodes of one's own their certificates, node by node: files, one CONFIG SET, and a fresh handshake that
 * shows the new one. It stops at the first node that does not show it, and has that one serve what it served before.
 * A managed cluster is its provider's: it is never touched.
 * @throws GsysError BAD_CERTIFICATE, NOT_PROVEN
 */
export async function bringToRedis(wanted: WantedServerFiles[], context: TlsContext): Promise<void> {
  const { environment } = context.fleet;
  if (environment.platform !== 'embedded') return;
  const { authSecret, endpoints } = environment.redis;
  const password = authSecret && (await secrets(context.access).value(authSecret));
  const access = await redisAccess(environment, password);
  for (const { holder, files } of wanted) {
    context.signal?.throwIfAborted();
    await context.lock.keep();
    const node = endpoints.find((_, i) => redisHolder(i) === holder);
    const folder = serverFolder(environment, holder);
    if (node === undefined || folder === undefined)
      throw new GsysError('UNKNOWN_HOLDER', `there is no Redis node ${holder} in ${environment.name}`);
    await bringToNode({ holder, node, folder, files }, { environment, access, context });
  }
}

interface Delivery extends WantedServerFiles {
  node: RedisNode;
  folder: string;
}

interface Means {
  environment: Environment;
  access: RedisAccess;
  context: TlsContext;
}

async function bringToNode(delivery: Delivery, means: Means): Promise<void> {
  const { holder, node, folder, files } = delivery;
  const { tell } = means.context;
  const former = await readServerFiles(folder);
  const same = former !== undefined && isSame(former, files);
  if (same && (await troubleServing(delivery, means)) === undefined)
    return tell({ type: 'proved', holder, detail: 'it serves it already' });
  await requirePeers(delivery, means);
  let state = 'nothing was changed';
  const bring = async (redis: Redis) => {
    try {
      state = 'whether it does now is not known';
      if (!same) {
        await writeServerFiles(folder, files);
        tell({ type: 'installed', holder, detail: folder });
      }
      await takeUp(redis, delivery, means);
      return undefined;
    } catch (error) {
      return await withFormer(redis, error, delivery, former, means);
    }
  };
  // One connection for all of it: a node that serves what nobody trusts could not be told to go back in another one.
  const failure = await askRedis(node, means.access, PATIENCE, bring).catch((error: unknown) =>
    notProven(holder, error, state),
  );
  if (failure !== undefined) throw failure;
  tell({ type: 'proved', holder, detail: 'a fresh handshake shows it, and it answers' });
}

/** @throws unless it is seen to be served */
async function takeUp(redis: Redis, delivery: Delivery, means: Means): Promise<void> {
  const file = (name: string) => path.join(delivery.folder, name);
  await reloadTls(redis, { cert: file('cert.pem'), key: file('key.pem'), ca: file('ca.pem') });
  const trouble = await troubleServing(delivery, means);
  if (trouble !== undefined) throw new ConnectionFault('protocol', trouble);
}

/** What speaks against it that a node serves these files, to somebody who trusts whom gsys trusts, and answers. */
async function troubleServing(
  { node, files }: Pick<Delivery, 'node' | 'files'>,
  { environment, access }: Means,
): Promise<string | undefined> {
  try {
    const visitor = await visitorOf(environment.operator);
    const { chain, untrusted } = await lookAt({ ...node, speaks: 'tls' }, visitor, TIMEOUT);
    const serial = inspect(chain[0] ?? '').serial;
    if (serial !== inspect(files.cert).serial) return `it serves another certificate, ${serial}`;
    if (untrusted !== undefined) return `what it serves is not to be trusted: ${untrusted}`;
    await askRedis(node, access, TIMEOUT, (redis) => redis.ping());
    return undefined;
  } catch (error) {
    return recogniseFault(error).message;
  }
}

/**
 * What a node is to trust and to show has to fit the others as they are: links that are open already say nothing about
 * it, and the next one would not come to be.
 */
async function requirePeers({ holder, node, files }: Delivery, { environment }: Means): Promise<void> {
  if (!isPair(files.cert, files.key))
    throw new GsysError('BAD_CERTIFICATE', `The certificate and the key for ${holder} do not fit together.`);
  const peers = environment.redis.endpoints.filter((one) => one !== node);
  const troubles = await Promise.all(peers.map((peer) => troubleWithPeer(peer, files)));
  const details = peers.flatMap(({ host, port }, i) =>
    troubles[i] === undefined ? [] : [`${host}:${port}: ${troubles[i]}`],
  );
  if (details.length === 0) return;
  throw new GsysError('NOT_PROVEN', `${holder} and the other Redis nodes would not trust each other`, {
    details,
    next: 'gsys tls status',
  });
}

async function troubleWithPeer(peer: RedisNode, files: ServerFiles): Promise<string | undefined> {
  try {
    return await withSocket({ ...peer, timeout: TIMEOUT }, async (wire) => {
      const socket = await wire.upgrade(files);
      if (!socket.authorized) return `it would not be trusted (${String(socket.authorizationError)})`;
      // Whoever is turned away by TLS 1.3 learns it now; +PONG, or -NOAUTH.
      wire.send('PING\r\n');
      await wire.line(/^[+-]/);
      return undefined;
    });
  } catch (error) {
    return recogniseFault(error).message;
  }
}

/** Its former files, and the proof that it serves them: what fails leaves a node as it was, or says that it does not. */
async function withFormer(
  redis: Redis,
  error: unknown,
  delivery: Delivery,
  former: ServerFiles | undefined,
  means: Means,
): Promise<GsysError> {
  const { holder, folder, files } = delivery;
  if (former === undefined || isSame(former, files)) return notProven(holder, error, 'it is as it was found');
  try {
    await writeServerFiles(folder, former);
    await takeUp(redis, { ...delivery, files: former }, means);
  } catch (trouble) {
    return notProven(holder, error, `what it had before could not be brought back: ${messageOf(trouble)}`);
  }
  means.context.tell({ type: 'went-back', holder, detail: 'it serves what it served before' });
  return notProven(holder, error, 'it serves what it served before');
}

function notProven(holder: string, error: unknown, state: string): GsysError {
  return new GsysError(
    'NOT_PROVEN',
    `${holder} does not serve its new certificate: ${messageOf(error)}; ${state}`,
    {
      cause: error,
      next: `gsys tls inspect ${holder}`,
    },
  );
}

function isSame(one: ServerFiles, other: ServerFiles): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca;
}
