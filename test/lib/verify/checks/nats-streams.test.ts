import { expect, it } from 'vitest';
import { natsStreams } from '../../../../src/lib/verify/checks/nats-streams.ts';
import { FLEET, healthyEvidence, NOW, silent } from '../fixture.ts';

/** The first three nodes hold all streams, and the first one leads them. */
const [first, ...others] = FLEET.nats.streams;

/** Findings with these nodes silent. */
function without(...nodes: string[]) {
  const evidence = healthyEvidence()['nats-system'].map((one) =>
    nodes.includes(one.node) ? { node: one.node, answer: silent() } : one,
  );
  return natsStreams.judge({ 'nats-system': evidence }, FLEET, NOW);
}

it('judges a stream by its leader, and blames that node when it is silent', () => {
  expect(without('nats-4', 'nats-5').map(({ status }) => status)).toEqual(
    Array(1 + others.length).fill('pass'),
  );
  expect(without('nats-1')[0]).toMatchObject({
    ...{ subject: { name: first?.name }, status: 'unknown', blames: ['nats-1'] },
    message: 'its leader nats-1 could not be asked',
  });
});

it('does not call a stream lost that may lie with those who are silent', () => {
  expect(without('nats-1', 'nats-2', 'nats-3')[0]).toMatchObject({
    status: 'unknown',
    message: 'is on no node that answers; nats-1, nats-2, nats-3 could not be asked',
  });
  expect(without(...FLEET.environment.nats.nodes.map(({ name }) => name))[0]?.status).toBe('unknown');
});

it('tells what to type, as far as that would help', () => {
  const evidence = healthyEvidence()['nats-system'];
  for (const { answer } of evidence)
    for (const { config } of (answer.ok && answer.value.jsz.account_details?.[0]?.stream_detail) || [])
      Object.assign(config, config.name === 'DLQ' ? { storage: 'memory' } : { max_age: 1e9 });
  const findings = natsStreams.judge({ 'nats-system': evidence }, FLEET, NOW);
  const of = (name: string) => findings.find(({ subject }) => subject.name === name);
  expect(of('GAME_EVENTS')).toMatchObject({
    ...{ status: 'fail', remedy: ['gsys streams apply'] },
    message: 'is not as defined: maxAge: 1 s -> 3600 s',
  });
  expect(of('DLQ')?.remedy).toEqual(['gsys streams plan']);
});
