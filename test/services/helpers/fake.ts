import type { NatsConnection, ServiceMsg } from 'nats';
import type { Lab } from './lab.ts';

/** What a service would say, by its subjects. */
export type Answers = Record<string, (msg: ServiceMsg) => void>;

/** An instance of a micro service that says what the test wants. @returns its connection, to be closed */
export async function startFake(lab: Lab, name: string, answers: Answers): Promise<NatsConnection> {
  const nc = await lab.as(name);
  const service = await nc.services.add({ name, version: '1.0.0' });
  for (const [subject, answer] of Object.entries(answers))
    service.addEndpoint(subject.split('.').at(-1) ?? subject, {
      subject,
      queue: `q.${name}`,
      handler: (_error, msg) => answer(msg),
    });
  await nc.flush();
  return nc;
}

/** A service that the definition need not have: changes to one that it has. Its queue group is the fake's. */
export function posing(
  name: string,
  endpoints: { subject: string; request?: string; response?: string; timeout?: number }[],
) {
  return {
    ...{ name, queueGroup: `q.${name}`, calls: [], publishes: [], consumes: [], discovers: false },
    state: { kv: [], stream: [] },
    endpoints: endpoints.map(({ subject, request = 'x.v1.X', response = 'x.v1.X', timeout = 2 }) => ({
      ...{ name: subject.split('.').at(-1) ?? subject, subject, request, response },
      ...{ idempotent: false, streaming: false, timeout },
    })),
  };
}
