import { randomUUID } from 'node:crypto';
import { type CanaryResult, sendCanary } from '../../nats/canary.ts';
import { askers } from '../../probe/askers.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';

export interface CanaryEvidence {
  /** Names of the nodes that it was written and read through. */
  writer: string;
  reader: string;
  answer: Answer<CanaryResult>;
}

/** Milliseconds for each step. An election takes one or two seconds, in which nothing is taken. */
const TIMEOUT = 3000;

export const natsCanary: Collector<'nats-canary'> = {
  id: 'nats-canary',
  budget: 12_000,
  async collect(context) {
    const open = await askers(context);
    const [writer, reader = writer] = open as [(typeof open)[number], (typeof open)[number]?];
    const replicas = Math.min(3, context.fleet.environment.nats.nodes.length);
    const options = { replicas, timeout: TIMEOUT, text: randomUUID() };
    return {
      ...{ writer: writer.through, reader: reader.through },
      answer: await answerOf(sendCanary(writer.nc, reader.nc, options)),
    };
  },
};
