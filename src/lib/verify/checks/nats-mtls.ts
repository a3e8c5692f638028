import { defineCheck, type Judgement } from '../check.ts';
import type { ListenerEvidence, Served } from '../collectors/nats-listeners.ts';
import type { Answer } from '../evidence.ts';
import { natsSubject, natsSubjects } from '../subjects.ts';

const PROTOCOLS = ['TLSv1.2', 'TLSv1.3'];

export const natsMtls = defineCheck({
  id: 'nats.mtls',
  title: 'mTLS lets us in',
  layer: 'nats',
  uses: ['nats-listeners'],
  dependsOn: ['nats.reach'],
  explain:
    'A fresh handshake with our authority and identity succeeds on the client port, up to a PONG, and on the route port, up to its INFO: chain, names of the dialled address, TLS 1.2 or newer. Connections that are open already would prove nothing.',
  subjects: natsSubjects,
  judge: ({ 'nats-listeners': listeners }) => listeners.map(judgeOne),
});

function judgeOne({ node, announced, client, route }: ListenerEvidence): Judgement {
  const common = {
    subject: natsSubject({ name: node }),
    expected: 'TLS 1.2 or newer, trusted, and we are let in, on client and route port',
    observed: { client: shown(client), route: shown(route) },
  };
  if (!announced.ok) return { ...common, status: 'unknown', message: `could not be asked: ${announced.why}` };
  const wrong = [
    ...(announced.value.tlsRequired ? [] : ['client port: does not require TLS']),
    ...faults('client port', client),
    ...faults('route port', route),
  ];
  if (wrong.length > 0) {
    // Whether TLS is required is taken over by a restart alone.
    const remedy = announced.value.tlsRequired ? {} : { remedy: [`gsys tls apply-config ${node} --restart`] };
    return { ...common, status: 'fail', message: wrong.join('; '), ...remedy };
  }
  return { ...common, status: 'pass', message: `${shown(client)} on client and route port` };
}

function faults(listener: string, answer: Answer<Served>): string[] {
  if (!answer.ok) return [`${listener}: ${answer.fault}: ${answer.why}`];
  const { untrusted, protocol } = answer.value;
  if (untrusted !== undefined) return [`${listener}: its certificate is not to be trusted: ${untrusted}`];
  return PROTOCOLS.includes(protocol) ? [] : [`${listener}: speaks ${protocol}`];
}

function shown(answer: Answer<Served>): string {
  if (!answer.ok) return answer.fault;
  return answer.value.untrusted ?? answer.value.protocol;
}
