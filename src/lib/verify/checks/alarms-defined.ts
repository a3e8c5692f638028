import { judgePaging, judgeTerms } from '../../aws/alarm-verdict.ts';
import { defineCheck } from '../check.ts';
import { alarmSubjects, judgeAlarms } from '../service-alarms.ts';

export const alarmsDefined = defineCheck({
  id: 'alarms.defined',
  title: 'alarms as defined',
  layer: 'alarms',
  uses: ['alarms'],
  dependsOn: ['ecs.account'],
  explain:
    'Every alarm of the definition is there. It watches the metric that it is there for, in a unit in which that metric comes, and takes no silence for a good sign; the paging alarm looks at each of them, its actions are enabled and tell the alerts topic of every state: all else is a failure, because such an alarm never fires or is never heard. Other terms than the definition’s, as another threshold, are a warning. That a metric comes is said by alarms.state.',
  subjects: alarmSubjects,
  judge: ({ alarms }, fleet) =>
    judgeAlarms(fleet, alarms, 'as defined', {
      metric: ({ wanted, found }) => judgeTerms(wanted, found, alarms.origins, fleet.environment),
      paging: ({ wanted, found }) => judgePaging(wanted, found),
    }),
});
