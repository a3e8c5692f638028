import type { Fleet } from '../../fleet/fleet.ts';
import { mismatches } from '../../probe/match.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { GatewayEvidence } from '../collectors/gateway.ts';
import { gatewaySubjects } from '../subjects.ts';

export const gatewayRoute = defineCheck({
  id: 'gateway.route',
  title: 'route',
  layer: 'gateway',
  uses: ['gateway'],
  dependsOn: ['gateway.ready', 'service.contract', 'ecs.running'],
  explain:
    'A client’s way through: the probe of a service whose route needs no session, sent as JSON to the gateway’s address, comes back with what service.yaml expects.',
  subjects: gatewaySubjects,
  judge: ({ gateway }, fleet) =>
    gatewaySubjects(fleet).map((subject) => ({ subject, ...judgeOne(gateway, fleet) })),
});

function judgeOne({ route }: GatewayEvidence, { services }: Fleet): Omit<Judgement, 'subject'> {
  if (route === undefined) {
    const message = 'no probed endpoint has a route that needs no session';
    return { status: 'skip', message, expected: null, observed: null };
  }
  const { service, path, answer } = route;
  const expected = services.find(({ name }) => name === service)?.probe?.expect ?? {};
  const say = (status: Judgement['status'], message: string, observed: unknown) => ({
    status,
    message: `${path} ${message}`,
    expected,
    observed,
    blames: [service],
  });
  if (!answer.ok) return say('fail', `${answer.fault}: ${answer.why}`, answer.fault);
  const { status, body } = answer.value;
  if (status !== 200) return say('fail', `answers ${status}: ${JSON.stringify(body)}`, answer.value);
  const [first] = mismatches(expected, body);
  return first === undefined ? say('pass', 'answers as expected', body) : say('fail', first, body);
}
