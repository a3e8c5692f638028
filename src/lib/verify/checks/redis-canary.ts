import { defineCheck, type Judgement } from '../check.ts';
import type { CanariesEvidence } from '../collectors/redis-canaries.ts';
import { shardSubjects } from '../subjects.ts';

export const redisCanary = defineCheck({
  id: 'redis.canary',
  title: 'canary write',
  layer: 'redis',
  uses: ['redis-canaries', 'redis-nodes'],
  dependsOn: ['redis.reach', 'redis.persistence', 'redis.memory', 'redis.slots', 'redis.replication'],
  explain:
    'Each shard takes a key that belongs to it, its replicas have it within half a second, and one of them gives it back. It is called gsys-canary:{N} and is gone after ten seconds. That other keys can be written follows, as long as the node has room; that nothing is lost in a failover does not.',
  subjects: shardSubjects,
  judge: ({ 'redis-canaries': { shards }, 'redis-nodes': { nodes } }, fleet) => {
    const silent = nodes.filter(({ answer }) => !answer.ok).map(({ node }) => `${node.host}:${node.port}`);
    return shardSubjects(fleet).map((subject, i) => ({
      subject,
      ...judgeOne(shards[i], fleet.redis.replicasPerShard, silent),
    }));
  },
});

function judgeOne(
  shard: CanariesEvidence['shards'][number] | undefined,
  wanted: number,
  silent: string[],
): Omit<Judgement, 'subject'> {
  const expected = { written: true, replicas: wanted };
  if (shard === undefined) {
    const message = 'no node tells of such a shard';
    return { status: 'unknown', message, expected, observed: null, blames: silent };
  }
  const { primary, answer } = shard;
  const blames = [primary, ...silent];
  if (!answer.ok) {
    const message = `${primary} did not take a write: ${answer.fault}: ${answer.why}`;
    return { status: 'fail', message, expected, observed: answer.fault, blames };
  }
  const { replicas, replica, readBack } = answer.value;
  const told = { expected, observed: answer.value, blames: [...blames, ...(replica ? [replica] : [])] };
  if (replicas < wanted)
    return {
      ...told,
      status: 'fail',
      message: `${primary} takes writes, and ${replicas} of ${wanted} replicas have them in time`,
    };
  if (wanted > 0 && !readBack)
    return { ...told, status: 'fail', message: `${replica} does not give back what ${primary} was given` };
  return {
    ...told,
    status: 'pass',
    message: `written to ${primary}${wanted > 0 ? `, read from ${replica}` : ''}`,
  };
}
