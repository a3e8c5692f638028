import type { ServiceState } from '../../aws/ecs.ts';
import type { Service } from '../../fleet/fleet.ts';
import type { Override } from '../../release/overrides.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { isOverdue, overrideWords } from '../override-words.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

export const running = defineCheck({
  id: 'ecs.running',
  title: 'running against desired',
  layer: 'ecs',
  uses: ['services', 'overrides'],
  dependsOn: ['ecs.inventory'],
  explain:
    'As many tasks run as the service desires in AWS, where autoscaling may have changed it; and that number lies between scaling.min and scaling.max of the definition. What a person has decided otherwise, by service disable or scale with a reason, is told with who, when and why.',
  subjects: serviceSubjects,
  judge: ({ services: { services }, overrides }, fleet, now) =>
    fleet.services.map((service) =>
      judgeOne(
        service,
        services.find(({ name, status }) => name === service.ecsService && status === 'ACTIVE'),
        overrides[service.name],
        now,
      ),
    ),
});

function judgeOne(
  service: Service,
  state: ServiceState | undefined,
  override: Override | undefined,
  now: Date,
): Judgement {
  const { min, max } = service.scaling;
  const subject = serviceSubject(service);
  const expected = { desired: `${min} to ${max}`, running: state?.desired ?? 'as desired' };
  if (state === undefined) {
    return {
      subject,
      status: 'unknown',
      message: 'is not there, so nothing runs',
      expected,
      observed: 'absent',
    };
  }
  const { desired, running, pending } = state;
  const observed = { desired, running, pending };
  const say = (status: Judgement['status'], message: string, ...remedy: string[]): Judgement => ({
    subject,
    status,
    message,
    expected,
    observed,
    ...(remedy.length > 0 && { remedy }),
  });
  const count = `${running} of ${desired} tasks run`;
  if (override !== undefined && override.desired === desired && running === desired) {
    const words = overrideWords(override, now);
    const back = override.kind === 'disabled' ? `gsys service enable ${service.name}` : scale(service);
    if (override.kind === 'scaled' || isOverdue(override, now)) return say('warn', words, back);
    return say('skip', words, back);
  }
  if (desired < min)
    return say('fail', `desires ${desired} tasks, the definition at least ${min}`, scale(service));
  if (running < desired) return say('fail', count, 'gsys status', `gsys logs ${service.name}`);
  if (desired > max)
    return say('warn', `desires ${desired} tasks, the definition at most ${max}`, scale(service));
  if (running > desired) return say('warn', `${running} tasks run where ${desired} are desired`);
  if (desired === 0) return say('skip', 'is scaled to none, as the definition allows');
  return say('pass', count);
}

/** A deploy leaves counts alone: autoscaling may have set them. */
function scale({ name, desired }: Service): string {
  return `gsys scale ${name}=${desired}`;
}
