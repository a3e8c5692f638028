import type { DeploymentState, ServiceState } from '../../aws/ecs.ts';
import type { Service } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

export const rollout = defineCheck({
  id: 'ecs.rollout',
  title: 'rollout',
  layer: 'ecs',
  uses: ['services'],
  dependsOn: ['ecs.inventory'],
  explain:
    'The PRIMARY deployment is COMPLETED and no other is left. One under way is a warning until a task of it has failed; a failed one is a failure, also when the circuit breaker is rolling it back. A state that gsys does not know is unknown.',
  subjects: serviceSubjects,
  judge: ({ services: { services } }, fleet) =>
    fleet.services.map((service) =>
      judgeOne(
        service,
        services.find(({ name }) => name === service.ecsService),
      ),
    ),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
const STATES = ['COMPLETED', 'IN_PROGRESS', 'FAILED'];

function judgeOne(service: Service, state: ServiceState | undefined): Judgement {
  const [primary] = state?.deployments.filter(({ status }) => status === 'PRIMARY') ?? [];
  const shown = state?.deployments.map(({ status, rollout: at, failedTasks }) => ({
    status,
    rollout: at,
    failedTasks,
  }));
  const common = {
    subject: serviceSubject(service),
    expected: 'one deployment, COMPLETED',
    observed: shown ?? 'absent',
  };
  if (state === undefined || primary === undefined)
    return { ...common, status: 'unknown', message: 'has no deployment that could be looked at' };
  const failed =
    state.deployments.find(({ rollout: at }) => at === 'FAILED') ?? withFailures(state.deployments);
  if (failed !== undefined) {
    const remedy = [`gsys logs ${service.name}`, `gsys deploy ${service.name}`];
    return { ...common, status: 'fail', message: failure(failed), remedy };
  }
  const strange = state.deployments.find(({ rollout: at }) => !STATES.includes(at));
  if (strange !== undefined)
    return { ...common, status: 'unknown', message: `a deployment is ${strange.rollout || 'in no state'}` };
  if (primary.rollout !== 'COMPLETED' || state.deployments.length > 1)
    return {
      ...common,
      status: 'warn',
      message: `a deployment is ${primary.rollout}: ${primary.rolloutReason}`,
    };
  return { ...common, status: 'pass', message: 'COMPLETED' };
}

function withFailures(deployments: DeploymentState[]): DeploymentState | undefined {
  return deployments.find(({ rollout: at, failedTasks }) => at === 'IN_PROGRESS' && failedTasks > 0);
}

function failure({ rollout: at, rolloutReason, failedTasks }: DeploymentState): string {
  const tasks = failedTasks === 0 ? '' : `, ${failedTasks} tasks failed`;
  return `a deployment is ${at}${tasks}: ${rolloutReason || 'ECS gives no reason'}`;
}
