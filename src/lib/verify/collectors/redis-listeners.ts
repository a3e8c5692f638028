import { readFile } from 'node:fs/promises';
import { ConnectionFault } from '../../connection-fault.ts';
import type { RedisNode } from '../../fleet/fleet.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { type CertificateFacts, inspect } from '../../pki/inspect.ts';
import { type Wire, withSocket } from '../../wire.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';
import { operatorOf } from '../operator.ts';
import { REDIS_STRANGERS, type RedisStranger } from '../redis-stranger.ts';

export interface RedisListenersEvidence {
  nodes: RedisListener[];
}

export interface RedisListener {
  node: RedisNode;
  served: Answer<RedisServed>;
  tries: { stranger: RedisStranger; answer: Answer<RedisRefusal> }[];
}

export interface RedisServed {
  protocol: string;
  leaf: CertificateFacts;
  /** Of an authority of ours; a managed cluster’s certificates are its provider’s. */
  ours: boolean;
}

export interface RedisRefusal {
  refused: boolean;
  /** What the server did. */
  how: string;
}

export const redisListeners: Collector<'redis-listeners'> = {
  id: 'redis-listeners',
  budget: 6000,
  async collect({ fleet }) {
    const { redis } = fleet.environment;
    if (!redis.tls) return { nodes: [] };
    const credentials = operatorOf(fleet);
    const files = [credentials.identity.cert, credentials.identity.key, credentials.ca];
    const [cert = '', key = '', ca = ''] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const material = { cert, key, ca };
    return {
      nodes: await Promise.all(
        redis.endpoints.map(async (node) => ({
          node,
          served: await answerOf(look(node, material)),
          tries: await Promise.all(
            REDIS_STRANGERS.map(async (stranger) => ({
              stranger,
              answer: await answerOf(tryStranger(node, stranger, material)),
            })),
          ),
        })),
      ),
    };
  },
};

type Material = Record<'cert' | 'key' | 'ca', string>;

async function look(node: RedisNode, material: Material): Promise<RedisServed> {
  return await withSocket(target(node, NATS_TIMEOUT), async (wire) => {
    const socket = await wire.upgrade(material);
    const leaf = socket.getPeerX509Certificate()?.toString();
    if (leaf === undefined) throw new ConnectionFault('tls-trust', 'it serves no certificate');
    return { protocol: socket.getProtocol() ?? 'unknown', leaf: inspect(leaf), ours: socket.authorized };
  });
}

/** Milliseconds: TLS 1.3 tells a client late that it is refused. */
const PATIENCE = 2000;

/** @throws ConnectionFault when the node could not be asked: that is no refusal */
async function tryStranger(
  node: RedisNode,
  stranger: RedisStranger,
  material: Material,
): Promise<RedisRefusal> {
  let reached = false;
  try {
    return await withSocket(target(node, PATIENCE), async (wire) => {
      reached = true;
      if (stranger !== 'plaintext') await wire.upgrade(stranger === 'no password' ? material : {});
      return judge(stranger, await ping(wire));
    });
  } catch (error) {
    if (!reached) throw error;
    return { refused: true, how: (error as ConnectionFault).message };
  }
}

/** `+PONG`, or `-NOAUTH Authentication required.` */
async function ping(wire: Wire): Promise<string> {
  wire.send('PING\r\n');
  return await wire.line(/^[+-]/);
}

/** Without a password, being told to log in is the refusal; without TLS or a certificate, being told anything is none. */
function judge(stranger: RedisStranger, answer: string): RedisRefusal {
  return { refused: stranger === 'no password' && answer.startsWith('-'), how: answer.slice(0, 60) };
}

function target({ host, port }: RedisNode, timeout: number) {
  return { host, port, timeout };
}
