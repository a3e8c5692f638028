import type { Jsz } from '../../nats/system.ts';
import { type Layer, ProbeFault } from '../layer.ts';
import { nodeFacts } from '../node-facts.ts';
import type { NodeTarget } from '../target.ts';

/** It keeps streams, and follows a leader. */
export const jetstream: Layer<NodeTarget> = {
  name: 'jetstream',
  async climb({ target, signal }) {
    const jsz = await nodeFacts(target, 'JSZ', signal);
    if (jsz === undefined)
      return { skipped: 'no --monitor-port was given, nor an identity of the system account' };
    const trouble = troubleOf(jsz);
    if (trouble === undefined) return { saw: wellness(jsz) };
    if (target.expected === undefined && jsz.disabled) return { skipped: 'it was started without JetStream' };
    throw new ProbeFault('unwell', trouble);
  },
  meaning(kind, { name, ours }) {
    const next = ours ? ['gsys verify --only "nats.*"', `gsys tls apply-config ${name} --dry-run`] : [];
    if (kind === 'unwell') {
      const means =
        'It passes messages on; what has to be kept is another matter: JetStream is off on this node, or its cluster has no leader, so fewer than half of the nodes see each other.';
      return { means, side: 'there', next };
    }
    return { means: 'It told of itself a moment ago, and not of JetStream.', side: 'there', next };
  },
};

/** Pure. */
function troubleOf({ disabled, meta_cluster: meta }: Jsz): string | undefined {
  if (disabled) return 'JetStream is off';
  return meta !== undefined && !meta.leader ? 'JetStream’s cluster has no leader' : undefined;
}

function wellness({ meta_cluster: meta }: Jsz): string {
  return meta === undefined ? 'on, by itself' : `on, led by ${meta.leader}, ${meta.cluster_size} nodes`;
}
