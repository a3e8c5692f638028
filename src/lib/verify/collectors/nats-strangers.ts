import { natsUser, OPERATOR } from '../../fleet/identity.ts';
import type { Listener } from '../../nats/handshake.ts';
import { type Refusal, STRANGERS, type Stranger, tryStranger } from '../../nats/refusal.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';
import { makeStranger } from '../stranger.ts';

/** What a listener did with somebody who must not get in. */
export interface StrangerEvidence {
  node: string;
  tries: { listener: Listener; stranger: Stranger; answer: Answer<Refusal> }[];
}

const LISTENERS: Listener[] = ['client', 'route'];

export const natsStrangers: Collector<'nats-strangers'> = {
  id: 'nats-strangers',
  budget: 8000,
  async collect({ fleet, now }) {
    const foreign = await makeStranger(natsUser(fleet.name, OPERATOR), now());
    return await Promise.all(
      fleet.environment.nats.nodes.map(async ({ name, host, clientPort, routePort }) => ({
        node: name,
        tries: await Promise.all(
          LISTENERS.flatMap((listener) =>
            STRANGERS.map(async (stranger) => {
              const target = { listener, host, port: listener === 'client' ? clientPort : routePort };
              return { listener, stranger, answer: await answerOf(tryStranger(target, stranger, foreign)) };
            }),
          ),
        ),
      })),
    );
  },
};
