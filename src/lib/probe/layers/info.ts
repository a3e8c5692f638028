import { parseInfo } from '../../nats/handshake.ts';
import { type Layer, ProbeFault, wireOf } from '../layer.ts';
import type { NatsTarget } from '../target.ts';

/** A NATS server says who it is, before anybody asks. */
export const info: Layer<NatsTarget> = {
  name: 'info',
  async climb(visit) {
    const { expected } = visit.target;
    const line = await wireOf(visit).take('INFO', firstLine);
    if (!line.startsWith('INFO '))
      throw new ProbeFault('protocol', `it says ${JSON.stringify(line.slice(0, 60))}`);
    const said = parseInfo(line);
    visit.info = said;
    const cluster = said.cluster === undefined ? 'by itself' : `of ${said.cluster}`;
    const saw = `${said.server_name}, nats-server ${said.version}, ${cluster}`;
    const other =
      expected !== undefined && (said.server_name !== expected.name || said.cluster !== expected.cluster);
    if (other) throw new ProbeFault('other-server', `it is ${saw}`);
    return { saw };
  },
  meaning(kind, { port, expected, ours }) {
    const look = ours?.embedded ? ['gsys local status'] : ours ? ['gsys verify --only "nats.*"'] : [];
    if (kind === 'timeout') {
      const means =
        'TCP connects, which the kernel does by itself, and nobody speaks: the server is frozen or overloaded. Or it is no client port of NATS: a route port and most other servers wait until they are spoken to.';
      return { means, side: 'there', next: look };
    }
    if (kind === 'other-server') {
      const means = `The definition says that ${expected?.name} of cluster ${expected?.cluster} listens there: its address is another's, or its configuration names it wrongly.`;
      return { means, side: 'there', next: ours ? ['gsys tls apply-config --dry-run', ...look] : look };
    }
    if (kind === 'tcp') {
      const means =
        'It closed the connection without a word: it is full or shutting down, or a load balancer stands there with nobody behind it.';
      return { means, side: 'there', next: look };
    }
    return { means: `Something else than NATS listens on ${port}.`, side: 'here', next: look };
  },
};

function firstLine(received: string) {
  const end = received.indexOf('\n');
  return end < 0 ? undefined : { item: received.slice(0, end).trimEnd(), rest: received.slice(end + 1) };
}
