import type { PermissionTry } from '../../nats/permission-tries.ts';
import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { PermissionsEvidence } from '../collectors/nats-permissions.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

export const natsPermissions = defineCheck({
  id: 'nats.permissions',
  title: 'permissions',
  layer: 'nats',
  uses: ['nats-permissions'],
  dependsOn: ['nats.reach', 'nats.mtls', 'nats.config'],
  explain:
    'At every node the operator may do what is rendered for him, and is refused what belongs to others: inboxes, services’ subjects, buckets, the system account. Strangers and nobody are tried by nats.strangers. Services are not tried, as their keys are theirs: what they are subscribed to, service.subscriptions sees, and gsys tls apply-config tries the rest.',
  subjects: natsSubjects,
  judge: ({ 'nats-permissions': { tries, nodes } }) => nodes.map((node) => judgeOne(node, tries)),
});

function judgeOne({ node, answer }: PermissionsEvidence['nodes'][number], tries: number): Judgement {
  const common = {
    subject: natsSubject({ name: node }),
    expected: `${tries} tries as rendered`,
    blames: [node],
  };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const wrong = answer.value.map(words);
  const told = { ...common, observed: wrong };
  if (tries === 0) return { ...told, status: 'unknown', message: 'there was nothing to try' };
  return wrong.length === 0
    ? { ...told, status: 'pass', message: `${tries} tries end as rendered` }
    : {
        ...told,
        status: 'fail',
        message: `the operator ${wrong.join(', ')}`,
        remedy: [`gsys tls apply-config ${node}`],
      };
}

function words({ act, subject, queue, expected }: PermissionTry): string {
  const what = `${act} ${subject}${queue === undefined ? '' : ` in queue group ${queue}`}`;
  return `${expected === 'refused' ? 'may' : 'may not'} ${what}`;
}
