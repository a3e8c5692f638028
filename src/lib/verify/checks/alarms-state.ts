import { judgeState } from '../../aws/alarm-verdict.ts';
import { defineCheck } from '../check.ts';
import { isDisabled } from '../override-words.ts';
import { judgeServices } from '../service-alarms.ts';
import { serviceSubjects } from '../subjects.ts';

export const alarmsState = defineCheck({
  id: 'alarms.state',
  title: 'alarm states',
  layer: 'alarms',
  uses: ['alarms', 'overrides'],
  dependsOn: ['ecs.inventory', 'ecs.running', 'alarms.defined'],
  explain:
    'No alarm of the service fires, and each sees data. One without data is a warning until its window and two minutes have passed since it was put or lost sight, and unknown from then on: it says nothing, which is not OK. CloudWatch judges with delay, so what began within the last minutes may not show yet.',
  subjects: serviceSubjects,
  judge: ({ alarms, overrides }, fleet, now) =>
    judgeServices(fleet, alarms, 'OK', ({ service }, found) => {
      if (found === undefined) return undefined;
      // It says what everybody knows, or has nothing to see.
      if (isDisabled(overrides, service)) return { status: 'pass', message: 'the service is disabled' };
      const verdict = judgeState(found, now);
      return verdict.status === 'pass'
        ? verdict
        : { ...verdict, remedy: `gsys alarms list ${service} --verbose` };
    }),
});
