import { defineCheck, type Judgement } from '../check.ts';
import type { GatewayEvidence } from '../collectors/gateway.ts';
import { gatewaySubjects } from '../subjects.ts';

export const gatewayReady = defineCheck({
  id: 'gateway.ready',
  title: 'ready',
  layer: 'gateway',
  uses: ['gateway'],
  dependsOn: ['ecs.inventory', 'ecs.running', 'ecs.health', 'service.instances'],
  explain:
    'The gateway answers /ready with 200 on the address that clients use, behind whatever balances its load.',
  subjects: gatewaySubjects,
  judge: ({ gateway }, fleet) => gatewaySubjects(fleet).map((subject) => ({ subject, ...judgeOne(gateway) })),
});

function judgeOne({ ready }: GatewayEvidence): Omit<Judgement, 'subject'> {
  const expected = 200;
  if (!ready.ok)
    return {
      status: 'fail',
      message: `/ready: ${ready.fault}: ${ready.why}`,
      expected,
      observed: ready.fault,
    };
  const { status, body } = ready.value;
  return status === expected
    ? { status: 'pass', message: '/ready answers 200', expected, observed: status }
    : {
        status: 'fail',
        message: `/ready answers ${status}: ${JSON.stringify(body)}`,
        expected,
        observed: status,
      };
}
