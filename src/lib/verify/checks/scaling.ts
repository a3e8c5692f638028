import type { ServiceState } from '../../aws/ecs.ts';
import { foreignPolicies, type ScalingView, scalingDifferences } from '../../aws/scaling-differences.ts';
import type { Service } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

export const scaling = defineCheck({
  id: 'ecs.scaling',
  title: 'scaling',
  layer: 'ecs',
  uses: ['scaling', 'services'],
  dependsOn: ['ecs.account', 'ecs.inventory', 'ecs.running'],
  explain:
    'Application Auto Scaling may scale the service between the definition’s min and max, by policies that keep cpu and memory at its targets, and the alarms that set those off exist. Where that is not so the service runs on, so it is a warning: it does not grow with its load. What looks as if it scaled and cannot, because an alarm is gone, and a desired count below the bounds are failures. What somebody has suspended is named.',
  subjects: serviceSubjects,
  judge: ({ scaling: { targets, policies, alarms }, services: { services } }, fleet) =>
    fleet.services.map((service) => {
      const isIts = (one: { ecsService: string }) => one.ecsService === service.ecsService;
      const state = services.find(({ name, status }) => name === service.ecsService && status === 'ACTIVE');
      return judgeOne(service, state, {
        target: targets.find(isIts),
        policies: policies.filter(isIts),
        alarms,
      });
    }),
});

function judgeOne(service: Service, state: ServiceState | undefined, view: ScalingView): Judgement {
  const { target, policies } = view;
  const common = {
    subject: serviceSubject(service),
    expected: service.scaling,
    observed: target && {
      ...target,
      desired: state?.desired,
      policies: policies.map(({ name, metric, target: percent }) => ({ name, metric, percent })),
    },
  };
  const say = (status: Judgement['status'], message: string, ...remedy: string[]): Judgement => ({
    ...common,
    ...{ status, message },
    ...(remedy.length > 0 && { remedy }),
  });
  const apply = `gsys autoscale apply ${service.name}`;
  if (state === undefined) return say('unknown', 'is not there, so nothing can scale it');
  if (target === undefined) return say('warn', 'nothing scales this service', 'gsys autoscale apply');

  const differences = scalingDifferences(service, view).map(({ what }) => what);
  const blind = policies.some((policy) => policy.alarms.some((name) => !view.alarms.includes(name)));
  if (differences.length > 0) return say(blind ? 'fail' : 'warn', differences.join('; '), apply);
  const outside = `desires ${state.desired} tasks, and may have ${target.min} to ${target.max}`;
  if (state.desired < target.min) return say('fail', outside, apply);
  if (state.desired > target.max) return say('warn', outside, apply);
  if (target.suspended.length > 0) return say('warn', `${target.suspended.join(' and ')} is suspended`);
  const foreign = foreignPolicies(view);
  if (foreign.length > 0) return say('warn', `is scaled by ${foreign.join(', ')} too, which is not gsys’s`);
  const { min, max, cpu, memory } = service.scaling;
  return say('pass', `${state.desired} of ${min} to ${max} tasks, cpu at ${cpu} %, memory at ${memory} %`);
}
