import { randomBytes } from 'node:crypto';
import { ConnectionFault } from '../../connection-fault.ts';
import { waitFor } from '../../nats/protocol.ts';
import { type Layer, wireOf } from '../layer.ts';
import type { ServiceTarget } from '../target.ts';

/** The subscription of a probe's own inbox. */
export const SID = 1;

/** We may listen for an answer, and send the request: the latter shows only when it is sent. */
export const permission: Layer<ServiceTarget> = {
  name: 'permission',
  async climb(visit) {
    const { target } = visit;
    const wire = wireOf(visit);
    visit.inbox = `${target.inboxPrefix}.${randomBytes(11).toString('hex')}`;
    wire.send(`SUB ${visit.inbox} ${SID}\r\nPING\r\n`);
    const answer = await waitFor(wire, 'PONG', ({ type }) => type === 'pong' || type === 'error');
    if (answer.type === 'error') throw new ConnectionFault('permission', answer.text);
    return { saw: `may listen on ${target.inboxPrefix}.>` };
  },
  meaning(kind, { ours, question: { subject } }, why) {
    if (kind !== 'permission')
      return {
        means: 'It let us in and does not answer any more: it is frozen or overloaded.',
        side: 'there',
        next: ours?.embedded ? ['gsys local status'] : [],
      };
    const what = /subscription/i.test(why) ? 'listen for the answer' : `send to ${subject}`;
    const means = `Our user may not ${what}: the permissions that the server has loaded are not those of the definition, or this user was never meant to.`;
    return { means, side: 'there', next: ours ? ['gsys tls apply-config --dry-run'] : [] };
  },
};
