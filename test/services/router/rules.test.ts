import { describe, expect, it } from 'vitest';
import type { DefinedService } from '../../../services/router/inventory.ts';
import { judge } from '../../../services/router/judge.ts';
import { averages, type Sample, type Statistics, statistics } from '../../../services/router/statistics.ts';
import { type EndpointCounts, parseStats } from '../../../services/router/survey.ts';

const counts = (requests: number, errors = 0, lastError = ''): EndpointCounts => ({
  ...{ name: 'get', subject: 'svc.s.v1.get', requests, errors, lastError },
  processing: requests * 2e6,
});
const instance = (id: string, ...endpoints: EndpointCounts[]) => ({ id, name: 's', endpoints });
const at = (atMs: number, ...instances: Sample['instances']): Sample => ({ atMs, instances });
const of = (samples: Sample[], now: number) => statistics(samples, now).get('s');
const get = (seen: Statistics | undefined) => seen?.endpoints.get('svc.s.v1.get');

describe('statistics', () => {
  it('are what has been added within a minute, over all instances', () => {
    const samples = [
      at(0, instance('a', counts(100)), instance('b', counts(5))),
      at(30_000, instance('a', counts(110, 1)), instance('b', counts(5))),
      at(60_000, instance('a', counts(120, 3)), instance('b', counts(25))),
    ];
    expect(get(of(samples, 60_000))).toMatchObject({ requests: 40, errors: 3, processingMs: 80 });
    // The first sample is older than a minute by then.
    expect(get(of(samples, 62_000))).toMatchObject({ requests: 30, errors: 2 });
  });

  it('count an instance for five seconds after its last answer', () => {
    const samples = [at(0, instance('a', counts(0)), instance('b', counts(0))), at(2_000, instance('a'))];
    expect(of(samples, 5_000)?.instances).toBe(2);
    expect(of(samples, 5_001)?.instances).toBe(1);
    expect(of(samples, 7_001)).toBeUndefined();
  });

  it('have no load and no average before there was time to measure one', () => {
    const seen = of([at(0, instance('a', counts(100)))], 0);
    expect(seen?.load).toBeUndefined();
    expect(averages(get(seen) ?? { requests: 1, errors: 0, processingMs: 0 })).toEqual({});
  });

  it('have the load of an instance, on average', () => {
    const samples = [
      at(0, instance('a', counts(0)), instance('b', counts(0))),
      at(1_000, instance('a', counts(500)), instance('b', counts(100))),
    ];
    expect(of(samples, 1_000)?.load).toBeCloseTo((1 + 0.2) / 2);
  });

  it('never go down when an instance counts anew', () => {
    const samples = [at(0, instance('a', counts(100))), at(1_000, instance('a', counts(3)))];
    expect(get(of(samples, 1_000))).toMatchObject({ requests: 0, errors: 0, processingMs: 0 });
  });
});

describe('a service', () => {
  const defined: DefinedService = {
    name: 's',
    expected: true,
    endpoints: ['get', 'put'].map((name) => ({ name, subject: `svc.s.v1.${name}` })),
  };
  const put = { ...counts(0), name: 'put', subject: 'svc.s.v1.put' };
  const seen = (requests: number, errors: number, lastError: string) =>
    of(
      [at(0, instance('a', counts(0), put)), at(1, instance('a', counts(requests, errors, lastError), put))],
      1,
    );
  const reason = (requests: number, errors: number, lastError: string) =>
    judge('s', defined, seen(requests, errors, lastError)).reason;

  it('is ill when half of its requests fail by its own fault', () => {
    expect(reason(10, 5, 'INTERNAL: Internal error 1.')).toBe(
      '5 of 10 requests to svc.s.v1.get failed: INTERNAL: Internal error 1.',
    );
    expect(reason(10, 5, 'a sentence of a stranger')).not.toBe('');
  });

  it('is well with few failures, and with those of its callers', () => {
    expect(reason(4, 4, 'INTERNAL: x')).toBe('');
    expect(reason(100, 49, 'INTERNAL: x')).toBe('');
    expect(reason(10, 10, 'NOT_FOUND: There is no state of this player.')).toBe('');
  });

  it('is ill when nobody serves a part of its contract', () => {
    const half = of([at(0, instance('a', counts(0)))], 0);
    expect(judge('s', defined, half)).toMatchObject({
      isHealthy: false,
      activeInstances: 1,
      reason: 'Nobody serves svc.s.v1.put.',
      endpoints: [
        { name: 'get', isServed: true },
        { name: 'put', isServed: false, requests: 0n },
      ],
    });
  });

  it('is never well when it was not seen', () => {
    expect(judge('s', defined, undefined)).toMatchObject({ isHealthy: false, activeInstances: 0 });
  });
});

describe('an answer to $SRV.STATS', () => {
  it.each(['', 'null', '[]', '{', '{"id":1,"name":"x"}', '{"id":"1","name":"a b"}'])('%j is none', (text) => {
    expect(parseStats(text)).toBeUndefined();
  });

  it('counts nothing that is no count', () => {
    const endpoint = { name: 'get', subject: 'svc.s.v1.get', num_requests: -1, num_errors: 'x' };
    const text = JSON.stringify({ id: '1', name: 's', endpoints: [endpoint, null, {}] });
    expect(parseStats(text)?.endpoints).toEqual([
      { name: 'get', subject: 'svc.s.v1.get', requests: 0, errors: 0, processing: 0, lastError: '' },
    ]);
  });
});
