import type { Fleet } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ServicesEvidence } from '../collectors/services.ts';
import { matchesGlob } from '../glob.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

export const inventory = defineCheck({
  id: 'ecs.inventory',
  title: 'inventory',
  layer: 'ecs',
  uses: ['services'],
  dependsOn: ['ecs.account'],
  explain:
    'Every service of the definition exists in the cluster and is ACTIVE. What else lives there and is not in aws.foreign is a warning: nobody judges it.',
  subjects: serviceSubjects,
  judge: ({ services }, fleet) => [
    ...fleet.services.map((service) => judgeOne(service, services)),
    ...strangers(services, fleet),
  ],
});

function judgeOne(service: Fleet['services'][number], { services }: ServicesEvidence): Judgement {
  const found = services.find(({ name }) => name === service.ecsService);
  const observed = found?.status ?? 'absent';
  const active = observed === 'ACTIVE';
  return {
    subject: serviceSubject(service),
    status: active ? 'pass' : 'fail',
    message: active ? 'exists and is ACTIVE' : `is ${observed} in the cluster`,
    expected: 'ACTIVE',
    observed,
    ...(!active && { remedy: [`gsys deploy ${service.name}`] }),
  };
}

function strangers({ inCluster }: ServicesEvidence, { services, foreign }: Fleet): Judgement[] {
  return inCluster
    .filter((name) => !services.some(({ ecsService }) => ecsService === name))
    .filter((name) => !foreign.some((glob) => matchesGlob(name, glob)))
    .map((name) => ({
      subject: { kind: 'service', name, ecsService: name },
      status: 'warn',
      message: 'is in the cluster and not in the definition',
      expected: 'a service of the definition, or a name that aws.foreign covers',
      observed: name,
    }));
}
