import type { Fleet } from '../../fleet/fleet.ts';
import type { Replication } from '../../redis/info.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { RedisEvidence } from '../collectors/redis-nodes.ts';
import type { Subject } from '../document.ts';
import { localRemedy } from '../local-remedy.ts';
import { address, failedNodes, type Shard, shardsOf } from '../redis-views.ts';
import { shardSubjects } from '../subjects.ts';

/** Seconds since a replica was heard by its primary. */
const MAX_LAG = 1;
/** Share of the backlog that a replica may be behind: past all of it, it would have to copy everything. */
const MAX_BEHIND = 0.1;

export const redisReplication = defineCheck({
  id: 'redis.replication',
  title: 'replication',
  layer: 'redis',
  uses: ['redis-nodes'],
  dependsOn: ['redis.reach'],
  explain:
    'Each shard has one primary and as many replicas as the definition says, online by the primary’s word and linked by their own, at most 1 s and a tenth of the backlog behind. A cluster that has lost a shard’s last replica still calls itself ok.',
  subjects: shardSubjects,
  judge: ({ 'redis-nodes': { nodes } }, fleet) => {
    const shards = shardsOf(nodes);
    const blames = failedNodes(nodes);
    const extra = shards.slice(fleet.redis.shards).map((_, i) => extraSubject(fleet.redis.shards + i));
    return [...shardSubjects(fleet), ...extra].map((subject, i) => ({
      ...judgeOne(subject, shards[i], nodes, fleet, i >= fleet.redis.shards),
      blames,
    }));
  },
});

function extraSubject(index: number): Subject {
  return { kind: 'redis-shard', name: `shard-${index + 1}` };
}

function judgeOne(
  subject: Subject,
  shard: Shard | undefined,
  nodes: RedisEvidence['nodes'],
  fleet: Fleet,
  extra: boolean,
): Judgement {
  const wanted = fleet.redis.replicasPerShard;
  const expected = { primaries: 1, replicas: wanted };
  if (shard === undefined) {
    const nobody = nodes.every(({ answer }) => !answer.ok);
    const message = nobody ? 'no node could be asked' : 'does not exist';
    return { subject, status: nobody ? 'unknown' : 'fail', message, expected, observed: 'absent' };
  }
  const primary = replicationOf(shard.primary, nodes);
  const observed = {
    primary: address(shard.primary),
    replicas: shard.replicas.map(address),
    online: primary?.replicas ?? [],
  };
  if (extra)
    return {
      subject,
      status: 'warn',
      message: 'is more than the definition has',
      expected: 'none',
      observed,
    };
  if (primary === undefined) {
    const message = `its primary ${observed.primary} could not be asked`;
    return { subject, status: 'unknown', message, expected, observed };
  }
  const behind = primary.replicas.flatMap((replica) => lagging(replica, primary));
  const unlinked = shard.replicas.flatMap((node) =>
    unlinkedReplica(address(node), replicationOf(node, nodes)),
  );
  const online = primary.replicas.filter(({ state }) => state === 'online').length;
  const wrong = [
    ...(primary.role === 'master' ? [] : [`${observed.primary} serves its slots as ${primary.role}`]),
    ...(online >= wanted ? [] : [`${online} of ${wanted} replicas online`]),
    ...behind,
    ...unlinked,
  ];
  return wrong.length > 0
    ? {
        ...{ subject, status: 'fail', message: wrong.join(', '), expected, observed },
        ...localRemedy(fleet.environment),
      }
    : {
        subject,
        status: 'pass',
        message: `${observed.primary} and ${online} replicas in step`,
        expected,
        observed,
      };
}

function replicationOf(
  node: { host: string; port: number },
  nodes: RedisEvidence['nodes'],
): Replication | undefined {
  const byAddress = nodes.find((entry) => address(entry.node) === address(node));
  // An entry point by another name: the node says of itself which one it is.
  const bySelf = nodes.find(
    ({ answer }) =>
      answer.ok &&
      answer.value.nodes.some((own) => own.flags.includes('myself') && address(own) === address(node)),
  );
  const answer = (byAddress ?? bySelf)?.answer;
  return answer?.ok ? answer.value.replication : undefined;
}

function lagging(replica: Replication['replicas'][number], primary: Replication): string[] {
  const behind = primary.offset - replica.offset;
  if (replica.state !== 'online') return [`${address(replica)} is ${replica.state}`];
  if (replica.lag > MAX_LAG) return [`${address(replica)} was last heard ${replica.lag} s ago`];
  return behind < MAX_BEHIND * primary.backlogSize ? [] : [`${address(replica)} is ${behind} bytes behind`];
}

function unlinkedReplica(name: string, own: Replication | undefined): string[] {
  if (own === undefined) return [];
  if (own.syncing) return [`${name} is still copying`];
  return own.linkUp ? [] : [`${name} has no link to its primary`];
}
