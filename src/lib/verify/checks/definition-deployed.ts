import type { Service } from '../../fleet/fleet.ts';
import type { Released } from '../../release/records.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

export const definitionDeployed = defineCheck({
  id: 'definition.deployed',
  title: 'deployed as it stands',
  layer: 'definition',
  uses: ['definition-check', 'releases'],
  dependsOn: ['definition.complete', 'ecs.account'],
  explain:
    'What the definition on this machine wants of each service is what its last release was made from, by a hash that the release wrote down: task definition, network and way of rolling out, without the image. Another one is a warning: the definition was changed and not deployed, or this is another checkout than the one that was deployed. Together with ecs.drift it tells who moved: where only ecs.drift warns, somebody changed AWS. A rollback, a scale or a restart writes down no hash, and neither did releases of earlier versions: such a service is skipped.',
  subjects: serviceSubjects,
  judge: ({ 'definition-check': { hashes }, releases }, { services }) =>
    services.map((service) => judgeOne(service, hashes[service.name], releases.services[service.name])),
});

function judgeOne(service: Service, hash: string | undefined, released: Released | undefined): Judgement {
  const common = {
    subject: serviceSubject(service),
    expected: released?.definition ?? null,
    observed: hash ?? null,
  };
  if (released === undefined)
    return { ...common, status: 'skip', message: 'no release of it is on record to compare with' };
  if (hash === undefined)
    return {
      ...common,
      status: 'unknown',
      message: 'its task definition cannot be made from the definition',
    };
  const { release, definition } = released;
  if (definition === undefined)
    return {
      ...common,
      status: 'skip',
      message: `release ${release} did not write down what it was made from`,
    };
  if (definition === hash)
    return { ...common, status: 'pass', message: `is as release ${release} deployed it` };
  const message = `is another definition than release ${release} deployed`;
  const remedy = [`gsys plan ${service.name}`, `gsys deploy ${service.name}`];
  return { ...common, status: 'warn', message, remedy };
}
