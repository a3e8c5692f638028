import { judgeTerms } from '../../aws/alarm-verdict.ts';
import { defineCheck } from '../check.ts';
import { judgeServices } from '../service-alarms.ts';
import { serviceSubjects } from '../subjects.ts';

export const alarmsDefined = defineCheck({
  id: 'alarms.defined',
  title: 'alarms as defined',
  layer: 'alarms',
  uses: ['alarms'],
  dependsOn: ['ecs.account'],
  explain:
    'Every alarm of the definition is there. It watches the metric that it is there for, in a unit in which that metric comes, and takes no silence for a good sign; its actions are enabled and tell the alerts topic of every state: all else is a failure, because such an alarm never fires or is never heard. Other terms than the definition’s, as another threshold, are a warning. That a metric comes is said by alarms.state.',
  subjects: serviceSubjects,
  judge: ({ alarms }, fleet) =>
    judgeServices(fleet, alarms, 'as defined', (wanted, found) =>
      judgeTerms(wanted, found, alarms.containerInsights, fleet.environment),
    ),
});
