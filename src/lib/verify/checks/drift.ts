import type { ServiceState } from '../../aws/ecs.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { type Change, changeText } from '../../release/plan/change.ts';
import { settingsDiff } from '../../release/plan/settings-diff.ts';
import { serviceSettings } from '../../release/service-request.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { DefinitionFacts } from '../collectors/definitions.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

/** As many as a person reads. */
const SHOWN = 3;

export const drift = defineCheck({
  id: 'ecs.drift',
  title: 'drift',
  layer: 'ecs',
  uses: ['services', 'definitions'],
  dependsOn: ['ecs.account', 'ecs.inventory'],
  explain:
    'What each service was last told to run has the environment, size, ports, health check, roles and log options that the definition makes, and the service itself the network and the way of rolling out. A difference is a warning: somebody changed it in AWS, or the definition was changed and not deployed. Images are judged by ecs.revision; which secrets are referenced is judged by gsys plan, as only AWS knows their names in full. That a definition is right is not said.',
  subjects: serviceSubjects,
  judge: ({ services: { services }, definitions }, fleet) =>
    fleet.services.map((service) =>
      judgeOne(
        service,
        services.find(({ name, status }) => name === service.ecsService && status === 'ACTIVE'),
        definitions[service.name],
        fleet,
      ),
    ),
});

function judgeOne(
  service: Service,
  state: ServiceState | undefined,
  facts: DefinitionFacts | undefined,
  fleet: Fleet,
): Judgement {
  const common = { subject: serviceSubject(service), expected: 'as the definition makes it' };
  if (state === undefined || facts === undefined)
    return {
      ...common,
      status: 'unknown',
      message: 'is not there, so nothing can be compared',
      observed: 'absent',
    };
  if (facts.changes === undefined) {
    const message = `ECS does not have ${facts.taskDefinition} any more`;
    return { ...common, status: 'unknown', message, observed: facts.taskDefinition };
  }
  const changes = [...facts.changes, ...settingsDiff(state, serviceSettings(fleet))];
  const told = { ...common, observed: changes };
  if (changes.length === 0) return { ...told, status: 'pass', message: 'is as the definition makes it' };
  return {
    ...told,
    status: 'warn',
    message: `differs: ${words(changes)}`,
    remedy: [`gsys plan ${service.name}`, `gsys deploy ${service.name}`],
  };
}

/** Without the container’s name, which is the service’s. */
function words(changes: Change[]): string {
  const shown = changes
    .slice(0, SHOWN)
    .map((change) => changeText({ ...change, path: change.path.replace(/^container\.[^.]+\./, '') }));
  const more = changes.length > SHOWN ? `, and ${changes.length - SHOWN} more` : '';
  return shown.join(', ') + more;
}
