import { daysLeft, lifeOf } from '../../pki/life.ts';
import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { InventoryEvidence } from '../collectors/inventory.ts';
import type { RedisListener } from '../collectors/redis-listeners.ts';
import { redisSubject, redisSubjects } from '../subjects.ts';

export const redisCertificates = defineCheck({
  id: 'redis.certificates',
  title: 'served certificates',
  layer: 'redis',
  uses: ['redis-listeners', 'inventory'],
  dependsOn: ['redis.reach', 'ecs.account'],
  explain:
    'The certificate that every node serves now is valid and not near its end, by the same shares of its life as those of NATS nodes; one of our authority is one that the inventory knows, else nobody renews it. A managed cluster’s certificates belong to its provider, who renews them: only their dates count. Redis reads its files when it is told to and not by itself, so that what lies there says nothing.',
  subjects: redisSubjects,
  judge: ({ 'redis-listeners': { nodes }, inventory }, { environment }, now) =>
    environment.redis.tls
      ? nodes.map((node) => judgeOne(node, inventory, now))
      : environment.redis.endpoints.map((node) => ({
          ...{ subject: redisSubject(node), expected: 'none', observed: null },
          ...{ status: 'skip', message: 'the definition has it without TLS' },
        })),
});

function judgeOne({ node, served }: RedisListener, inventory: InventoryEvidence, now: Date): Judgement {
  const common = { subject: redisSubject(node), expected: 'valid, in the first two thirds of its life' };
  if (!served.ok) return couldNotBeAsked(common, served);
  const { leaf, ours } = served.value;
  const told = { ...common, observed: { serial: leaf.serial, notAfter: leaf.notAfter, ours } };
  const remedy = ours ? { remedy: ['gsys tls issue', 'gsys tls distribute'] } : {};
  const say = (status: Judgement['status'], message: string): Judgement => ({
    ...told,
    ...{ status, message },
    ...(status !== 'pass' && remedy),
  });
  // Replayed evidence has its dates as text.
  const validity = { notBefore: new Date(leaf.notBefore), notAfter: new Date(leaf.notAfter) };
  const left = `${daysLeft(validity, now)} days left`;
  const life = lifeOf(validity, now);
  if (life === 'ended') return say('fail', `ended ${validity.notAfter.toISOString()}`);
  if (life === 'not yet valid') return say('fail', `is not valid before ${validity.notBefore.toISOString()}`);
  if (life === 'overdue') return say('fail', `${left}, renewal is long overdue`);
  if (life === 'due') return say('warn', `${left}, renewal is due`);
  const known = Object.values(inventory).some((issued) => issued.leaf.fingerprint === leaf.fingerprint);
  if (ours && !known) return say('warn', `${left}; it is not the one that was issued last to anybody`);
  return say('pass', `${left}${ours ? '' : ', its provider’s'}`);
}
