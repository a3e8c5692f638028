import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  candidates,
  hindrance,
  naturalType,
} from '../../../services/ai-router/candidates.ts';
import { preferred } from '../../../services/ai-router/prefer.ts';
import { ServiceCapabilitySchema } from '../../../services/gen/capability_registry_pb.js';
import { ServiceStatusSchema } from '../../../services/gen/router_pb.js';

const SPEAK = 'svc.ai.voice.v1.speak';
const status = (serviceName: string, init: MessageInitShape<typeof ServiceStatusSchema> = {}) =>
  create(ServiceStatusSchema, {
    ...{ serviceName, isHealthy: true, activeInstances: 2 },
    endpoints: [{ name: 'speak', subject: SPEAK, isServed: true }],
    ...init,
  });
const registered = (serviceId: string, metadata: Record<string, string> = {}, endpoint = SPEAK) =>
  create(ServiceCapabilitySchema, { serviceId, endpoint, registrationId: `${serviceId}.1`, metadata });
const found = (
  type: string,
  requirements: Record<string, string>,
  offers: Parameters<typeof candidates>[1],
  seen: Parameters<typeof candidates>[2],
) => candidates({ type, requirements }, offers, seen, 'ai-router');

it.each([
  [SPEAK, 'voice.speak'],
  ['svc.ai.llm.fast.v2.infer', 'llm.fast.infer'],
  ['svc.settings.v1.get', undefined],
  ['svc.ai.v1.infer', undefined],
])('%s is for %s', (subject, type) => {
  expect(naturalType(subject)).toBe(type);
});

describe('candidates', () => {
  it('are the registered, and those whose subject says it, each once', () => {
    const all = found('voice.speak', {}, [registered('a')], [status('a'), status('b'), status('ai-router')]);
    expect(all.map(({ service, registrationId }) => [service, registrationId])).toEqual([
      ['a', 'a.1'],
      ['b', undefined],
    ]);
  });

  it('are only the registered where attributes are wanted', () => {
    const all = found('voice.speak', { language: 'en' }, [registered('a')], [status('b')]);
    expect(all.map(({ service }) => service)).toEqual(['a']);
  });

  it('are not who serves something else', () => {
    expect(found('voice.sing', {}, [], [status('b')])).toEqual([]);
  });
});

describe('a candidate', () => {
  const why = (one: Candidate | undefined, bytes = 0) => one && hindrance(one, bytes);
  const [alone] = found('x', {}, [registered('a')], []);
  const [ill] = found('x', {}, [registered('a')], [status('a', { isHealthy: false, reason: 'It is ill.' })]);
  const [other] = found('x', {}, [registered('a', {}, 'svc.payment.v1.process')], [status('a')]);
  const [small] = found('x', {}, [registered('a', { max_payload_bytes: '10' })], [status('a')]);
  const [odd] = found('x', {}, [registered('a', { max_payload_bytes: 'ten' })], [status('a')]);

  it('that nobody has seen cannot be had, whatever it has registered', () =>
    expect(why(alone)).toBe('No such service was seen.'));
  it('that is ill cannot be had', () => expect(why(ill)).toBe('It is ill.'));
  it('cannot be had for a subject that it does not serve', () =>
    expect(why(other)).toBe('It does not serve svc.payment.v1.process.'));
  it('cannot be had for more than it takes', () => {
    expect(why(small, 10)).toBeUndefined();
    expect(why(small, 11)).toBe('It takes 10 bytes at most, not 11.');
    expect(why(odd, 1e6)).toBeUndefined();
  });
});

describe('the best', () => {
  const one = (name: string, load: number, avgLatencyMs: number, errorRatePercent: number) => {
    const speak = { name: 'speak', subject: SPEAK, isServed: true, avgLatencyMs, errorRatePercent };
    return found('voice.speak', {}, [], [status(name, { load, endpoints: [speak] })])[0] as Candidate;
  };
  const all = [one('slow', 0.1, 90, 1), one('busy', 0.9, 5, 2), one('failing', 0.5, 40, 0)];
  const first = (preferences: Record<string, string>) => preferred(all, preferences)[0]?.service;

  it.each([
    [{}, 'slow'],
    [{ optimize: 'load' }, 'slow'],
    [{ optimize: 'latency' }, 'busy'],
    [{ optimize: 'errors' }, 'failing'],
    [{ optimize: 'errors', service: 'busy' }, 'busy'],
    [{ service: 'nobody' }, 'slow'],
  ] as [Record<string, string>, string][])('for %j is %s', (preferences, expected) => {
    expect(first(preferences)).toBe(expected);
  });

  it('is the same, however they are listed', () => {
    const twins = [one('b', 0, 1, 0), one('a', 0, 1, 0)];
    expect(preferred(twins, {})[0]?.service).toBe('a');
    expect(preferred(twins.toReversed(), {})[0]?.service).toBe('a');
  });

  it.each([{ optimize: 'price' }, { optimize: 'constructor' }, { speed: 'high' }] as Record<
    string,
    string
  >[])('is asked for wrongly by %j', (preferences) =>
    expect(() => preferred([], preferences)).toThrow(/preference/),
  );
});
