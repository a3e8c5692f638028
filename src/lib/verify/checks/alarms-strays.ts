import { judgeStrays, straysAmong } from '../../aws/alarm-company.ts';
import { defineCheck } from '../check.ts';
import { fleetSubject } from '../service-alarms.ts';

export const alarmsStrays = defineCheck({
  id: 'alarms.strays',
  title: 'alarms beside the definition',
  layer: 'alarms',
  uses: ['alarms'],
  dependsOn: ['ecs.account'],
  explain:
    'No other alarm tells the alerts topic of a metric that the definition has an alarm on: somebody would be paged twice, by two thresholds. Nor does one of a service that the definition does not have any more. Other alarms that tell the topic are their owners’ business; those that tell other topics are not looked for.',
  subjects: (fleet) => [fleetSubject(fleet)],
  judge: ({ alarms }, fleet) => {
    const { remedy, ...verdict } = judgeStrays(alarms, fleet);
    return [
      {
        subject: fleetSubject(fleet),
        ...verdict,
        expected: 'none',
        observed: straysAmong(alarms, fleet),
        ...(remedy.length > 0 && { remedy }),
      },
    ];
  },
});
