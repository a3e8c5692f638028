import { defineCheck } from '../check.ts';
import { localRemedy } from '../local-remedy.ts';
import { redisSubject, redisSubjects } from '../subjects.ts';

export const redisReach = defineCheck({
  id: 'redis.reach',
  title: 'reach',
  layer: 'redis',
  uses: ['redis-nodes'],
  dependsOn: ['ecs.account'],
  explain:
    'Every node of the definition, and every node that those tell of, accepts a fresh TLS connection, our password and a command, each by itself.',
  subjects: redisSubjects,
  judge: ({ 'redis-nodes': { nodes } }, { environment }) =>
    nodes.map(({ node, answer }) => ({
      subject: redisSubject(node),
      status: answer.ok ? 'pass' : 'fail',
      message: answer.ok ? 'answers' : `${answer.fault}: ${answer.why}`,
      expected: 'an answer over TLS',
      observed: answer.ok ? 'answers' : answer.fault,
      ...(!answer.ok && localRemedy(environment)),
    })),
});
