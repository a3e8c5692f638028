import { defineCheck, findingId, type Judgement } from '../check.ts';
import type { PastEvidence } from '../collectors/past.ts';
import type { Subject } from '../document.ts';
import { address, failedNodes, type Shard, shardsOf } from '../redis-views.ts';
import { shardSubjects } from '../subjects.ts';

const ID = 'redis.failovers';

export const redisFailovers = defineCheck({
  id: ID,
  title: 'failovers',
  layer: 'redis',
  uses: ['redis-nodes', 'past'],
  dependsOn: ['redis.reach', 'redis.replication'],
  explain:
    'Each shard has the primary, and the epoch of its slots, that it had when this check last looked from this machine: another one is a failover, and what was written in the last moments before it may be lost, as replication does not wait. It is said once: the next look compares with this one. Whether somebody asked for the failover or a node was lost Redis does not tell.',
  subjects: shardSubjects,
  judge: ({ 'redis-nodes': { nodes }, past }, fleet) => {
    const shards = shardsOf(nodes);
    const blames = failedNodes(nodes);
    return shardSubjects(fleet).map((subject, i) => ({ ...judgeOne(subject, shards[i], past), blames }));
  },
});

interface Served {
  primary: string;
  epoch: number;
}

function judgeOne(subject: Subject, shard: Shard | undefined, past: PastEvidence): Judgement {
  const counted = past[findingId(ID, subject)];
  const before = counted?.observed as Served | undefined;
  const common = { subject, expected: before ?? null };
  if (shard === undefined)
    return { ...common, status: 'unknown', message: 'nobody tells of its primary', observed: 'absent' };
  const now: Served = { primary: address(shard.primary), epoch: shard.primary.epoch };
  const told = { ...common, observed: now };
  if (counted === undefined || before === undefined)
    return { ...told, status: 'skip', message: `its primary is ${now.primary}: nobody looked before` };
  if (before.primary !== now.primary) {
    const message = `has failed over since ${counted.at}: ${before.primary} was its primary, ${now.primary} is`;
    return { ...told, status: 'warn', message };
  }
  return before.epoch === now.epoch
    ? { ...told, status: 'pass', message: `its primary is ${now.primary}, as at ${counted.at}` }
    : { ...told, status: 'warn', message: `has failed over and back to ${now.primary} since ${counted.at}` };
}
