import type { RegisterTaskDefinitionRequest } from '../../aws/ecs-changes.ts';
import { rolloutDeadline } from '../deadline.ts';
import type { Lint } from './lint.ts';

/** Can ECS replace tasks at all? It rounds the least up and the most down: API_DeploymentConfiguration. */
export const lintCapacity: Lint = ({ service, state, settings }, { name }) => {
  const { minimumHealthyPercent, maximumPercent } = settings.deploymentConfiguration;
  const count = state?.desired ?? service.desired;
  const least = Math.ceil((count * minimumHealthyPercent) / 100);
  const most = Math.floor((count * maximumPercent) / 100);
  if (count === 0 || least < count || most > count) return [];
  const tasks = count === 1 ? '1 task' : `${count} tasks`;
  return [
    {
      ...{ level: 'error', code: 'rollout-capacity' },
      message: `of ${tasks}, ${minimumHealthyPercent} to ${maximumPercent} % is ${least} to ${most}: ECS could replace none`,
      next: `widen environments.${name}.release.maximumPercent or minimumHealthyPercent in gsys.yaml`,
    },
  ];
};

/** Is its number of tasks one that autoscaling keeps? A service that is switched off has none, on purpose. */
export const lintDesired: Lint = ({ service, state }) => {
  const { min, max } = service.scaling;
  const count = state?.desired ?? 0;
  if (count === 0 || (count >= min && count <= max)) return [];
  return [
    {
      ...{ level: 'warning', code: 'desired-out-of-range' },
      message: `${count} tasks are desired, but it scales from ${min} to ${max}; a deploy leaves that alone`,
      next: 'gsys autoscale plan',
    },
  ];
};

/** Would it be noticed in time that new tasks are sick? */
export const lintDetection: Lint = (facts) => {
  const { service, wanted } = facts;
  const checks = (wanted.containerDefinitions ?? []).flatMap(({ essential = true, healthCheck }) =>
    essential && healthCheck !== undefined && healthCheck.command?.[0] !== 'NONE' ? [healthCheck] : [],
  );
  if (checks.length === 0) {
    return [
      {
        ...{ level: 'warning', code: 'health-check-missing' },
        message: 'without a health check ECS counts a task 40 s after it started, whatever it does',
        next: `give its container a healthCheck in ${service.template}`,
      },
    ];
  }
  const [deadline, worst] = [rolloutDeadline(service), Math.max(...checks.map(worstDetection))];
  if (deadline > worst) return [];
  return [
    {
      ...{ level: 'error', code: 'deadline' },
      message: `a failing health check shows after ${worst} s, and the rollout is given up after ${deadline} s`,
      next: `define its health in ${service.folder}/service.yaml, not in ${service.template}`,
    },
  ];
};

type Container = NonNullable<RegisterTaskDefinitionRequest['containerDefinitions']>[number];
type HealthCheck = NonNullable<Container['healthCheck']>;

/**
 * Seconds until a task that never works is known to be sick; absent parts are AWS's defaults:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
function worstDetection({ interval = 30, timeout = 5, retries = 3, startPeriod = 0 }: HealthCheck): number {
  return startPeriod + retries * interval + timeout;
}
