import { type Layer, ProbeFault } from '../layer.ts';
import { nodeFacts } from '../node-facts.ts';
import type { NodeTarget } from '../target.ts';

/** It tells how it is. */
export const monitoring: Layer<NodeTarget> = {
  name: 'monitoring',
  async climb({ target, signal }) {
    const varz = await nodeFacts(target, 'VARZ', signal);
    if (varz === undefined)
      return { skipped: 'no --monitor-port was given, nor an identity of the system account' };
    const { expected } = target;
    if (expected !== undefined && varz.server_name !== expected.name)
      throw new ProbeFault('other-server', `${varz.server_name} answers`);
    return { saw: `${varz.remotes ?? 0} peers, up since ${varz.start.slice(0, 19)}Z` };
  },
  meaning(kind, { name, ours, system }) {
    const look = ours ? [`gsys tls apply-config ${name} --dry-run`] : [];
    if (kind === 'other-server')
      return {
        means: 'Another server tells of itself than the one we have reached.',
        side: 'there',
        next: look,
      };
    if (kind === 'auth' || kind === 'permission') {
      const means = 'It serves its clients, and does not know our identity of the system account.';
      return { means, side: 'there', next: look };
    }
    const where =
      system === undefined
        ? 'Its monitoring port does not answer'
        : 'It serves clients and does not tell of itself';
    return { means: `${where}: it is overloaded, or listens for that elsewhere.`, side: 'there', next: look };
  },
};
