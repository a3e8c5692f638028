import { awsCommand } from '../../fleet/aws-command.ts';
import type { Environment, Service } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { LogGroupsEvidence } from '../collectors/log-groups.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

/** What the remedy proposes; the definition does not say how long logs are to be kept. */
const DAYS = 30;

export const logGroup = defineCheck({
  id: 'ecs.log-group',
  title: 'log group',
  layer: 'ecs',
  uses: ['log-groups'],
  dependsOn: ['ecs.account'],
  explain:
    'The log group that the service’s tasks write to exists: without it no task starts. It has a retention: one that keeps everything for ever costs more every month, which is a warning.',
  subjects: serviceSubjects,
  judge: ({ 'log-groups': evidence }, fleet) =>
    fleet.services.map((service) => judgeOne(service, evidence, fleet.environment)),
});

function judgeOne(service: Service, { groups }: LogGroupsEvidence, environment: Environment): Judgement {
  const group = groups.find(({ name }) => name === service.logGroup);
  const common = {
    subject: serviceSubject(service),
    expected: { group: service.logGroup, retentionDays: 'any' },
    observed: group && { group: group.name, retentionDays: group.retentionDays ?? 'never expires' },
  };
  if (group === undefined) {
    const message = `there is no log group ${service.logGroup}`;
    return { ...common, status: 'fail', message, remedy: [`gsys deploy ${service.name}`] };
  }
  if (group.retentionDays === undefined) {
    const command = awsCommand(
      environment,
      `logs put-retention-policy --log-group-name ${group.name} --retention-in-days ${DAYS}`,
    );
    return { ...common, status: 'warn', message: `${group.name} never expires`, remedy: [command] };
  }
  return { ...common, status: 'pass', message: `${group.name} keeps ${group.retentionDays} days` };
}
