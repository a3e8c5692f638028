import { judgeSilences } from '../../aws/alarm-company.ts';
import { defineCheck } from '../check.ts';
import { fleetSubject } from '../service-alarms.ts';

export const alarmsSilences = defineCheck({
  id: 'alarms.silences',
  title: 'silenced alarms',
  layer: 'alarms',
  uses: ['alarms'],
  dependsOn: ['ecs.account'],
  explain:
    'No paging alarm is under a mute rule of CloudWatch that is in force, whoever made it: gsys alarms silence, or a person in the console. One is a warning that says who, when, why and until when, because meanwhile nobody is paged. CloudWatch ends it by itself, and pages then for what still fires. A mute that gsys cannot see, as of a pager’s own, is not known here.',
  subjects: (fleet) => [fleetSubject(fleet)],
  judge: ({ alarms }, fleet, now) => {
    const { remedy, ...verdict } = judgeSilences(alarms, fleet, now);
    return [
      {
        subject: fleetSubject(fleet),
        ...verdict,
        expected: 'none',
        observed: alarms.mutes,
        ...(remedy.length > 0 && { remedy }),
      },
    ];
  },
});
