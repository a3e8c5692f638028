import type { Environment } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { RedisListener } from '../collectors/redis-listeners.ts';
import { localRemedy } from '../local-remedy.ts';
import { redisSubject, redisSubjects } from '../subjects.ts';

export const redisStrangers = defineCheck({
  id: 'redis.strangers',
  title: 'keeps strangers out',
  layer: 'redis',
  uses: ['redis-listeners'],
  dependsOn: ['redis.reach'],
  explain:
    'Every node of the definition refuses plaintext, a client that does not log in, and one without a certificate. A managed cluster asks nobody for a certificate, so that is not held against it: by its own certificate, which is of another authority than ours. A second port without TLS, which the definition does not know, is not looked for.',
  subjects: redisSubjects,
  judge: ({ 'redis-listeners': { nodes } }, { environment }) =>
    environment.redis.endpoints.map((node) =>
      judgeOne(
        redisSubject(node),
        nodes.find((one) => one.node.host === node.host && one.node.port === node.port),
        environment,
      ),
    ),
});

function judgeOne(
  subject: Judgement['subject'],
  listener: RedisListener | undefined,
  environment: Environment,
): Judgement {
  const { tls, authSecret } = environment.redis;
  const common = { subject, expected: 'refused' };
  if (!tls)
    return { ...common, status: 'skip', message: 'the definition has it without TLS', observed: null };
  const managed = listener?.served.ok === true && !listener.served.value.ours;
  const tries = (listener?.tries ?? []).filter(
    ({ stranger }) =>
      !(managed && stranger === 'no certificate') &&
      !(authSecret === undefined && stranger === 'no password'),
  );
  const observed = Object.fromEntries(
    tries.map(({ stranger, answer }) => [
      stranger,
      answer.ok ? (answer.value.refused ? 'refused' : answer.value.how) : answer.why,
    ]),
  );
  const inside = tries.filter(({ answer }) => answer.ok && !answer.value.refused);
  if (inside.length > 0) {
    const who = inside.map(({ stranger }) => stranger).join(', ');
    return {
      ...common,
      status: 'fail',
      message: `lets strangers in: ${who}`,
      observed,
      ...localRemedy(environment),
    };
  }
  const unasked = tries.find(({ answer }) => !answer.ok)?.answer;
  if (unasked?.ok === false)
    return { ...common, status: 'unknown', message: `could not be asked: ${unasked.why}`, observed };
  if (tries.length === 0) return { ...common, status: 'unknown', message: 'was not tried', observed };
  const who = tries.map(({ stranger }) => stranger).join(', ');
  return { ...common, status: 'pass', message: `refuses: ${who}`, observed };
}
