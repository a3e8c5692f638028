import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../src/local/faults/fault.ts';
import { planFault } from '../../../src/local/faults/rules.ts';

const request = (kind: string, target: string, parameters: object = {}, more: object = {}) => ({
  kind,
  target,
  parameters,
  ...more,
});

describe('a fault that makes sense', () => {
  it.each([
    [request('freeze', 'nats/nats-2', {}, { forMs: 30_000 }), { kind: 'nats', name: 'nats-2' }],
    [request('kill', 'task/settings'), { kind: 'task', service: 'settings', which: undefined }],
    [request('isolate', 'task/settings/2'), { kind: 'task', service: 'settings', which: '2' }],
    [
      request('isolate', `task/${'a'.repeat(32)}`),
      { kind: 'task', service: undefined, which: 'a'.repeat(32) },
    ],
    [request('kill', 'redis/shard-2/replica'), { kind: 'shard', shard: 2, role: 'replica' }],
    [request('kill', 'redis/redis-4'), { kind: 'redis', name: 'redis-4' }],
    [request('delay', 'aws/*', { ms: 100, rate: 0.5 }), { kind: 'aws', service: '*', operation: '*' }],
    [request('delay', 'nats/*', { ms: 100, jitter: 10 }), { kind: 'nats', name: '*' }],
    [
      request('error', 'aws/ecs:*', { code: 'A', status: 503 }),
      { kind: 'aws', service: 'ecs', operation: '*' },
    ],
    [request('clock', 'task/settings', { offset: -5000 }), { kind: 'task' }],
    [request('full-disk', 'state'), { kind: 'state' }],
  ])('%j', (given, aim) => {
    expect(planFault(given).aim).toMatchObject(aim);
  });
});

describe('what cannot be meant is refused in one sentence, with exit code 2', () => {
  it.each([
    [request('explode', 'nats/nats-1'), `there are ${FAULT_KINDS.join(', ')}`],
    [request('freeze', 'moon'), '"moon" is no target'],
    [request('freeze', 'nats/'), 'is no target'],
    [request('freeze', 'nats/nats-1/2'), 'is no target'],
    [request('freeze', 'task/settings/0'), 'is no target'],
    [request('freeze', 'redis/shard-1/leader'), 'is no target'],
    [request('throttle', 'aws/ecs'), 'is no target'],
    [request('throttle', 'aws/*:Describe'), 'is no target'],
    [request('throttle', 'nats/nats-1'), 'throttle is not for nats/nats-1: it works on aws/…'],
    [request('freeze', 'aws/ecs:*'), 'freeze is not for aws/ecs:*'],
    [request('clock', 'nats/nats-1', { offset: 1 }), 'clock is not for nats/nats-1'],
    [request('freeze', 'state'), 'freeze is not for state'],
    [request('delay', 'nats/nats-1'), 'delay needs --ms'],
    [request('error', 'aws/*'), 'error needs --code'],
    [request('clock', 'task/settings'), 'clock needs --offset'],
    [request('freeze', 'nats/nats-1', { ms: 5 }), 'freeze takes no --ms'],
    [request('throttle', 'aws/*', { code: 'X' }), 'throttle takes no --code'],
    [request('delay', 'nats/nats-1', { ms: 5, rate: 0.5 }), '--rate counts calls'],
    [request('delay', 'nats/nats-1', { ms: 0 }), '--ms: '],
    [request('throttle', 'aws/*', { rate: 2 }), '--rate: '],
    [request('throttle', 'aws/*', { rate: Number.NaN }), '--rate: '],
    [request('error', 'aws/*', { code: 'X', status: 200 }), '--status: '],
    [request('error', 'aws/*', { code: 'a b' }), '--code: '],
    [request('freeze', 'nats/nats-1', {}, { forMs: 0 }), '--for: '],
    [request('kill', 'nats/nats-1', {}, { forMs: 1000 }), 'kill is over at once: it takes no --for'],
    ['nothing', 'request: '],
  ])('%j: %s', (given, sentence) => {
    const refused = expect(() => planFault(given));
    refused.toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(sentence) }));
    refused.toThrow(expect.not.objectContaining({ message: expect.stringContaining('\n') }));
  });
});
