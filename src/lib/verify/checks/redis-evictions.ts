import type { Fleet } from '../../fleet/fleet.ts';
import { couldNotBeAsked, defineCheck, findingId, type Judgement } from '../check.ts';
import type { PastEvidence } from '../collectors/past.ts';
import type { RedisEvidence } from '../collectors/redis-nodes.ts';
import { isFull } from '../redis-views.ts';
import { redisSubject, redisSubjects } from '../subjects.ts';

const ID = 'redis.evictions';

export const redisEvictions = defineCheck({
  id: ID,
  title: 'evictions',
  layer: 'redis',
  uses: ['redis-nodes', 'past'],
  dependsOn: ['redis.reach', 'redis.memory'],
  explain:
    'Since this check last looked from this machine no node has thrown away more keys to make room than watch.redisEvictions of gsys.yaml lets it: services’ state is among them. It is said once: the next look compares with this one. Of a node that is full it is a failure, and follows from that. The counter is of a node’s whole life, so a first look has nothing to compare with where it is not zero, and a node that was started anew counts from zero.',
  subjects: redisSubjects,
  judge: ({ 'redis-nodes': { nodes }, past }, fleet) => nodes.map((node) => judgeOne(node, past, fleet)),
});

interface Evicted {
  runId: string;
  evicted: number;
}

function judgeOne(
  { node, answer }: RedisEvidence['nodes'][number],
  past: PastEvidence,
  { watch }: Pick<Fleet, 'watch'>,
): Judgement {
  const most = watch.redisEvictions;
  const common = { subject: redisSubject(node), expected: { most } };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const { runId, uptime, memory } = answer.value;
  const { evicted, policy } = memory;
  const now: Evicted = { runId, evicted };
  const told = { ...common, observed: now };
  if (Number.isNaN(evicted)) return { ...told, status: 'unknown', message: 'does not tell' };
  const counted = past[findingId(ID, common.subject)];
  const before = counted?.observed as Evicted | undefined;
  if (before === undefined && evicted > 0) {
    const message = `${evicted} keys in the ${hours(uptime)} h since it started: the next look tells what is new`;
    return { ...told, status: 'skip', message };
  }
  const more = evicted - (before?.runId === runId ? before.evicted : 0);
  const when = counted === undefined ? '' : ` since ${counted.at}`;
  if (more <= most) {
    const what = more === 0 ? 'nothing' : `${more} keys`;
    return { ...told, status: 'pass', message: `has thrown away ${what}${when}` };
  }
  const message = `has thrown away ${more} keys for want of memory${when} (${policy})`;
  // Of a node that is full it follows from that.
  return { ...told, status: isFull(memory) ? 'fail' : 'warn', message };
}

function hours(seconds: number): number {
  return Math.round(seconds / 3600);
}
