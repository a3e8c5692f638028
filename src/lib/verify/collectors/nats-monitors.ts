import { isIP } from 'node:net';
import { withSocket } from '../../wire.ts';
import { answerOf, type Collector } from '../collector.ts';
import type { Answer } from '../evidence.ts';

/** Whether the monitoring port of a node takes a connection from here. */
export interface MonitorEvidence {
  node: string;
  /** On this machine, whose own address it may listen on. */
  here: boolean;
  answer: Answer<'open'>;
}

/** Milliseconds: what is filtered never answers, and that is as good as a refusal. */
const PATIENCE = 1500;

export const natsMonitors: Collector<'nats-monitors'> = {
  id: 'nats-monitors',
  budget: 5000,
  async collect({ fleet }) {
    return await Promise.all(
      fleet.environment.nats.nodes.map(async ({ name, host, monitorPort: port }) => ({
        node: name,
        here: isLoopback(host),
        answer: await answerOf(withSocket({ host, port, timeout: PATIENCE }, async () => 'open' as const)),
      })),
    );
  },
};

function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) === 4 ? host.startsWith('127.') : host === '::1');
}
