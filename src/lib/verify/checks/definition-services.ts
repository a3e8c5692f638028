import { alarmsOf } from '../../fleet/alarms.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';
import { openRoute } from '../../probe/open-route.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

export const definitionServices = defineCheck({
  id: 'definition.services',
  title: 'services can be judged',
  layer: 'definition',
  uses: ['definition-check'],
  dependsOn: [],
  explain:
    'The definition gives every service what the other layers judge it by: a probe, so that somebody can prove that it answers (for a gateway, a route that needs no session), more than one task, so that losing one is no outage, and alarms. Limits of memory and CPU it has by its defaults. What is missing is a warning: the service may be well, and nobody would know. That a probe asks something that matters is not said.',
  subjects: serviceSubjects,
  judge: (_, fleet) => fleet.services.map((service) => judgeOne(service, fleet)),
});

function judgeOne(service: Service, fleet: Fleet): Judgement {
  const { cpu, memory, scaling } = service;
  const alarms = alarmsOf(fleet, [service]).length;
  const probed = service.kind === 'gateway' ? openRoute(fleet) !== undefined : service.probe !== undefined;
  const common = {
    subject: serviceSubject(service),
    expected: { probe: true, least: 2 },
    observed: { probe: probed, least: scaling.min, cpu, memory, alarms },
  };
  const lacks = [
    ...(probed
      ? []
      : [
          service.kind === 'gateway'
            ? 'no route can be asked without a session'
            : 'no probe: nobody can prove that it answers',
        ]),
    ...(scaling.min > 1
      ? []
      : [`may run ${scaling.min === 0 ? 'no task' : 'one task'}: losing that is an outage`]),
    ...(alarms > 0 ? [] : ['no alarms']),
  ];
  return lacks.length > 0
    ? { ...common, status: 'warn', message: lacks.join('; ') }
    : {
        ...common,
        status: 'pass',
        message: `probe, ${memory} MiB, ${scaling.min} tasks or more, ${alarms} alarms`,
      };
}
