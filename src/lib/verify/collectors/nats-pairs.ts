import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection, Subscription } from 'nats';
import { withDeadline } from '../../connection-fault.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';

export interface PairsEvidence {
  /** Whether the operator was let in there. */
  nodes: { node: string; answer: Answer<true> }[];
  /** Messages that were sent through one node and did, or did not, come out of another one. */
  pairs: { from: string; to: string; arrived: boolean }[];
}

/** Milliseconds between two rounds: a node hears of a subscription elsewhere a moment after it was made. */
const ROUND = 100;
/** However late it is: of a machine that is busy one round may take all the time, and its first messages come too soon. */
const LEAST_ROUNDS = 4;

/**
 * A message from every node to every other one, in the fleet's account: in a subject that no stream keeps and nobody
 * else subscribes to, so that it leaves nothing behind.
 */
export const natsPairs: Collector<'nats-pairs'> = {
  id: 'nats-pairs',
  budget: 8000,
  async collect({ fleet, nats, signal }) {
    const { nodes } = fleet.environment.nats;
    const open: { node: string; nc: NatsConnection }[] = [];
    const answers = await Promise.all(
      nodes.map(async (node) => {
        const connecting = nats.operator(node).then((nc) => {
          open.push({ node: node.name, nc });
          return true as const;
        });
        return { node: node.name, answer: await answerOf(connecting) };
      }),
    );
    const { pairs, silent } = await sendAll(open, signal);
    return {
      nodes: answers.map((one) => ({ ...one, answer: silent.get(one.node) ?? one.answer })),
      pairs: pairs.filter(({ from, to }) => !silent.has(from) && !silent.has(to)),
    };
  },
};

async function sendAll(
  open: { node: string; nc: NatsConnection }[],
  signal: AbortSignal,
): Promise<{ pairs: PairsEvidence['pairs']; silent: Map<string, Answer<true>> }> {
  const subject = `evt.gsys-verify.${randomUUID()}`;
  const arrived = new Set<string>();
  const subscriptions = open.map(({ node, nc }) => listen(nc, node, subject, arrived));
  const wanted = open.flatMap(({ node: from }) =>
    open.filter(({ node }) => node !== from).map(({ node: to }) => ({ from, to })),
  );
  const isMissing = ({ from, to }: { from: string; to: string }) => !arrived.has(`${from} ${to}`);
  const deadline = Date.now() + NATS_TIMEOUT;
  const silent = new Map<string, Answer<true>>();
  try {
    for (let round = 0; wanted.some(isMissing) && !signal.aborted; round++) {
      if (round >= LEAST_ROUNDS && Date.now() >= deadline) break;
      // A connection that has ended meanwhile sends nothing, which is what will be seen.
      for (const { node, nc } of open) if (!nc.isClosed()) nc.publish(`${subject}.${node}`);
      await Promise.race([
        Promise.all(open.map(({ nc }) => nc.flush().catch(() => undefined))),
        sleep(ROUND),
      ]);
      await sleep(wanted.some(isMissing) ? ROUND / 5 : 0);
    }
    // What a server sent before it answers this has been read then, on a machine that was busy too.
    if (wanted.some(isMissing))
      for (const { node, answer } of await Promise.all(open.map(stillAnswers)))
        if (!answer.ok) silent.set(node, answer);
  } finally {
    for (const subscription of subscriptions) subscription?.unsubscribe();
  }
  return { pairs: wanted.map((pair) => ({ ...pair, arrived: !isMissing(pair) })), silent };
}

async function stillAnswers({ node, nc }: { node: string; nc: NatsConnection }) {
  return {
    node,
    answer: await answerOf(
      withDeadline(
        nc.flush().then(() => true as const),
        NATS_TIMEOUT,
      ),
    ),
  };
}

function listen(
  nc: NatsConnection,
  to: string,
  subject: string,
  arrived: Set<string>,
): Subscription | undefined {
  if (nc.isClosed()) return undefined;
  return nc.subscribe(`${subject}.*`, {
    callback: (error, message) => {
      if (error === null) arrived.add(`${message.subject.split('.').at(-1)} ${to}`);
    },
  });
}
