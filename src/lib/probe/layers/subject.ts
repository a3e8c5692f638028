import { ConnectionFault } from '../../connection-fault.ts';
import { type NatsItem, waitFor } from '../../nats/protocol.ts';
import { type Layer, ProbeFault, type Visit, wireOf } from '../layer.ts';
import type { ServiceTarget } from '../target.ts';

/** Somebody subscribes it. The server says by itself, before its PONG, that nobody does, or that we may not send. */
export const subject: Layer<ServiceTarget> = {
  name: 'subject',
  belongs: { permission: 'permission' },
  async climb(visit) {
    const { payload, subject: to } = visit.target.question;
    const wire = wireOf(visit);
    visit.askedAt = visit.now();
    wire.send(`PUB ${to} ${visit.inbox} ${payload.length}\r\n`);
    wire.send(payload);
    wire.send('\r\nPING\r\n');
    await waitFor(wire, 'PONG', (item) => {
      heard(item, visit);
      return item.type === 'pong';
    });
    return { saw: `somebody subscribes ${to}` };
  },
  meaning(kind, { question: { service, subject: to }, ours }) {
    if (kind !== 'no-responders')
      return { means: 'It took the request and says nothing more.', side: 'there', next: [] };
    const means = `No responders: the request may be sent, and nobody subscribes ${to}. No instance runs, none is connected to this part of the mesh, or they subscribe something else.`;
    const next = service === undefined ? [] : ['gsys status', `gsys logs ${service}`];
    return {
      means,
      side: 'there',
      next: ours ? [...next, 'gsys verify --only nats.mesh --only "service.*"'] : next,
    };
  },
};

/**
 * Keeps the answer, which may come at any time after the request.
 * @throws ConnectionFault, ProbeFault where it is none
 */
export function heard(item: NatsItem, visit: Visit<ServiceTarget>): void {
  if (item.type === 'error') throw new ConnectionFault('permission', item.text);
  if (item.type !== 'message') return;
  if (item.status === 503 && item.data.length === 0)
    throw new ProbeFault('no-responders', `nobody subscribes ${visit.target.question.subject}`);
  visit.reply ??= { message: item, ms: visit.now() - (visit.askedAt ?? visit.now()) };
}
