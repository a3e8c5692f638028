import type { NatsNode } from '../../fleet/fleet.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { askServer, type Jsz, type Routez, type Varz } from '../../nats/system.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { VerifyContext } from '../context.ts';
import type { Answer } from '../evidence.ts';

/** What a node says of itself in the system account. */
export interface SystemEvidence {
  node: string;
  answer: Answer<{
    varz: Varz;
    routez: Routez;
    jsz: Jsz;
    /** When its VARZ was asked for, and when it was there; milliseconds since the epoch by our clock. */
    asked: { from: number; to: number };
  }>;
}

export const natsSystem: Collector<'nats-system'> = {
  id: 'nats-system',
  budget: 5000,
  async collect(context) {
    return await Promise.all(
      context.fleet.environment.nats.nodes.map(async (node) => ({
        node: node.name,
        answer: await answerOf(ask(context, node)),
      })),
    );
  },
};

async function ask({ nats, now }: VerifyContext, node: NatsNode) {
  const system = await nats.system(node);
  const from = now().getTime();
  const asking = askServer(system, 'VARZ', NATS_TIMEOUT);
  const [{ varz, to }, routez, jsz] = await Promise.all([
    asking.then((varz) => ({ varz, to: now().getTime() })),
    askServer(system, 'ROUTEZ', NATS_TIMEOUT),
    // With the streams that it holds, and their consumers, as it sees them.
    askServer(system, 'JSZ', NATS_TIMEOUT, { accounts: true, streams: true, consumer: true, config: true }),
  ]);
  return { varz, routez, jsz, asked: { from, to } };
}
