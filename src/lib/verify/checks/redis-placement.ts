import type { Fleet } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { Subject } from '../document.ts';
import { address, failedNodes, type Shard, shardsOf } from '../redis-views.ts';
import { shardSubjects } from '../subjects.ts';

export const redisPlacement = defineCheck({
  id: 'redis.placement',
  title: 'zones',
  layer: 'redis',
  uses: ['redis-nodes'],
  dependsOn: ['redis.reach', 'redis.replication'],
  explain:
    'Of each shard some replica is in another availability zone than its primary, by the zones that gsys.yaml gives its endpoints: otherwise losing one zone loses the shard. Redis itself knows no zones, so a node that the definition does not name, or names without one, is in none that is known, and such a shard is skipped. That a node really is where the definition says is not looked at.',
  subjects: shardSubjects,
  judge: ({ 'redis-nodes': { nodes } }, fleet) => {
    const shards = shardsOf(nodes);
    const blames = failedNodes(nodes);
    return shardSubjects(fleet).map((subject, i) => ({ ...judgeOne(subject, shards[i], fleet), blames }));
  },
});

function judgeOne(subject: Subject, shard: Shard | undefined, { environment }: Fleet): Judgement {
  const common = { subject, expected: 'a replica in another zone' };
  const zones = new Map(environment.redis.endpoints.map((node) => [address(node), node.az]));
  if (shard === undefined) {
    const named = [...zones.values()].some((zone) => zone !== undefined);
    return named
      ? { ...common, status: 'unknown', message: 'nobody tells of its nodes', observed: 'absent' }
      : { ...common, status: 'skip', message: UNKNOWN, observed: null };
  }
  const home = zones.get(address(shard.primary));
  const others = shard.replicas.map((replica) => zones.get(address(replica)));
  const observed = { primary: home ?? null, replicas: others.map((zone) => zone ?? null) };
  const told = { ...common, observed };
  if (others.length === 0) return { ...told, status: 'skip', message: 'has no replica to place' };
  const away = others.filter((zone) => zone !== undefined && zone !== home);
  if (home !== undefined && away.length > 0)
    return { ...told, status: 'pass', message: `primary in ${home}, a replica in ${away[0]}` };
  if (home === undefined || others.includes(undefined)) return { ...told, status: 'skip', message: UNKNOWN };
  const message = `primary and replicas are all in ${home}: it is lost with that zone`;
  return { ...told, status: 'warn', message };
}

const UNKNOWN = 'the definition does not say in which zones its nodes are';
