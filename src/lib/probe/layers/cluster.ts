import { parseClusterInfo } from '../../redis/cluster.ts';
import { redisCommand } from '../../redis/resp.ts';
import { type Layer, ProbeFault, wireOf } from '../layer.ts';
import type { RedisTarget } from '../target.ts';
import { errorOf } from './redis-auth.ts';

/** https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
const SLOTS = 16_384;

/** From where it stands, the cluster serves every key. */
export const cluster: Layer<RedisTarget> = {
  name: 'cluster',
  async climb(visit) {
    const wire = wireOf(visit);
    wire.send(redisCommand('CLUSTER', 'INFO'));
    // A text of several lines, an empty one after it; or one line that is an error.
    const [first = '', ...lines] = await wire.lines(/^$|^-/);
    if (/^-ERR.*cluster support disabled/.test(first)) {
      if (visit.target.clustered) throw new ProbeFault('unwell', 'it is of no cluster');
      return { skipped: 'it is of no cluster' };
    }
    if (first.startsWith('-')) throw errorOf(first);
    const { state, slotsOk, knownNodes } = parseClusterInfo(lines.join('\n'));
    const saw = `state ${state}, ${slotsOk} of ${SLOTS} slots, ${knownNodes} nodes`;
    if (state !== 'ok' || slotsOk < SLOTS) throw new ProbeFault('unwell', saw);
    return { saw };
  },
  meaning(kind, { ours }) {
    const next = ours ? ['gsys verify --only "redis.*"'] : [];
    if (kind === 'unwell') {
      const means =
        'The node itself is sound; of the cluster, as it sees it, not every slot is served: a shard is down or cut off from this node, or slots have no owner. Commands for those keys fail.';
      return { means, side: 'there', next };
    }
    if (kind === 'permission')
      return { means: 'Our user may not ask for the state of the cluster.', side: 'there', next: [] };
    return { means: 'It answers to PING and not to this.', side: 'there', next };
  },
};
