import type { FoundAlarm } from '../../aws/alarm-shapes.ts';
import { judgeState, judgeTerms } from '../../aws/alarm-verdict.ts';
import { defineCheck } from '../check.ts';
import { isDisabled } from '../override-words.ts';
import { alarmSubjects, judgeAlarms } from '../service-alarms.ts';

export const alarmsState = defineCheck({
  id: 'alarms.state',
  title: 'alarm states',
  layer: 'alarms',
  uses: ['alarms', 'overrides'],
  dependsOn: ['ecs.inventory', 'ecs.running', 'alarms.defined'],
  explain:
    'No alarm of the service, or of the fleet as a whole, fires, and each sees data; that one is silenced makes no difference. One without data is a warning until its window and two minutes have passed since it was put or lost sight, and unknown from then on: it says nothing, which is not OK. What a paging alarm says, the alarms that it looks at say better. CloudWatch judges with delay, so what began within the last minutes may not show yet.',
  subjects: alarmSubjects,
  judge: ({ alarms, overrides }, fleet, now) => {
    const judge = (service: string | undefined, found: FoundAlarm | undefined) => {
      if (found === undefined) return undefined;
      // It says what everybody knows, or has nothing to see.
      if (service !== undefined && isDisabled(overrides, service))
        return { status: 'pass' as const, message: 'the service is disabled' };
      const verdict = judgeState(found, now);
      const which = service === undefined ? '' : ` ${service}`;
      return verdict.status === 'pass'
        ? verdict
        : { ...verdict, remedy: `gsys alarms list${which} --verbose` };
    };
    return judgeAlarms(fleet, alarms, 'OK', {
      metric: ({ wanted, found }) => {
        // Of one that looks elsewhere alarms.defined says so; what it says of itself is about somebody else.
        const blind = judgeTerms(wanted, found, alarms.origins, fleet.environment).status === 'fail';
        return blind ? undefined : judge(wanted.service, found);
      },
      paging: () => undefined,
    });
  },
});
