import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { RedisEvidence } from '../collectors/redis-nodes.ts';
import { redisSubject, redisSubjects } from '../subjects.ts';

export const redisPersistence = defineCheck({
  id: 'redis.persistence',
  title: 'writes to disk',
  layer: 'redis',
  uses: ['redis-nodes'],
  dependsOn: ['redis.reach'],
  explain:
    'Every node says that its last snapshot, its last write to the append-only file and the last rewrite of that went well. A node whose disk is full refuses writes, and knows it by the first one only: until then nobody does.',
  subjects: redisSubjects,
  judge: ({ 'redis-nodes': { nodes } }) => nodes.map(judgeOne),
});

function judgeOne({ node, answer }: RedisEvidence['nodes'][number]): Judgement {
  const common = { subject: redisSubject(node), expected: 'ok' };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const { persistence } = answer.value;
  const told = { ...common, observed: persistence };
  const failed = Object.entries(persistence).flatMap(([what, status]) => (status === 'err' ? [what] : []));
  if (failed.length > 0)
    return { ...told, status: 'fail', message: `could not write to its disk: ${failed.join(', ')}` };
  // An append-only file that is not in use is always ok; a snapshot's status is always told.
  if (persistence.snapshot !== 'ok') return { ...told, status: 'unknown', message: 'does not tell' };
  return { ...told, status: 'pass', message: 'the last writes to disk went well' };
}
