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
    'A client’s way through: the probe of a service whose route needs no session, sent as JSON to the gateway’s address, comes back with what service.yaml expects, and every task of the gateway has given such an answer.',
  subjects: gatewaySubjects,
  judge: ({ gateway }, fleet) =>
    gatewaySubjects(fleet).map((subject) => ({ subject, ...judgeOne(gateway, fleet) })),
});

function judgeOne({ route }: GatewayEvidence, { services }: Fleet): Omit<Judgement, 'subject'> {
  if (route === undefined) {
    const message = 'no probed endpoint has a route that needs no session';
    return { status: 'skip', message, expected: null, observed: null };
  }
  const { service, path, tasks, answers } = route;
  const reply = services.find(({ name }) => name === service)?.probe?.expect ?? {};
  const say = (status: Judgement['status'], message: string, observed: unknown) => ({
    status,
    message: `${path} ${message}`,
    expected: { reply, tasks },
    observed,
    blames: [service],
  });
  if (!answers.ok) return say('fail', `${answers.fault}: ${answers.why}`, answers.fault);
  const given = answers.value;
  const refused = given.find(({ status }) => status !== 200);
  if (refused) return say('fail', `answers ${refused.status}: ${JSON.stringify(refused.body)}`, refused);
  for (const answer of given) {
    const [first] = mismatches(reply, answer.body);
    if (first !== undefined) return say('fail', first, answer);
  }
  const answered = tasks.filter((id) => given.some(({ task }) => task === id));
  const silent = tasks.filter((id) => !answered.includes(id));
  const observed = { reply: given[0]?.body, tasks: answered };
  if (silent.length > 0)
    return say('unknown', `is answered ${given.length} times, never by ${silent.join(', ')}`, observed);
  const by = tasks.length > 0 ? ` by ${answered.length} of ${tasks.length} tasks` : '';
  return say('pass', `is answered as expected${by}`, observed);
}
