import { describe, expect, it } from 'vitest';
import { chooseOperations, chooseSubjects, type Inventory } from '../../../src/local/faults/choose.ts';
import { parseTarget } from '../../../src/local/faults/target.ts';

const at = (name: string) => ({ name, pid: 1, address: '127.0.0.1', ports: [1], folder: '/' });
const id = (letter: string) => letter.repeat(32);
const task = (name: string, service: string, letter: string) => ({
  ...at(name),
  ...{ service, ecsService: `${service}-nats`, id: id(letter) },
});
const inventory: Inventory = {
  tasks: [
    task('gateway/1', 'gateway', 'a'),
    task('settings/1', 'settings', 'b'),
    task('settings/2', 'settings', 'c'),
  ],
  nats: [at('nats-1'), at('nats-2')],
  redis: [
    { ...at('redis-1'), role: 'primary', shard: 1 },
    { ...at('redis-2'), role: 'replica', shard: 1 },
    { ...at('redis-3'), role: 'primary', shard: 2 },
  ],
  state: at('state'),
  operations: { ecs: ['DescribeServices'], logs: ['PutLogEvents'] },
};

describe('a target means', () => {
  it.each([
    ['task/settings', ['settings/1', 'settings/2']],
    ['task/settings-nats', ['settings/1', 'settings/2']],
    ['task/*', ['gateway/1', 'settings/1', 'settings/2']],
    ['task/settings/2', ['settings/2']],
    [`task/settings/${id('b')}`, ['settings/1']],
    [`task/${id('a')}`, ['gateway/1']],
    ['nats/nats-2', ['nats-2']],
    ['nats/*', ['nats-1', 'nats-2']],
    ['redis/redis-3', ['redis-3']],
    ['redis/*', ['redis-1', 'redis-2', 'redis-3']],
    ['redis/shard-1', ['redis-1', 'redis-2']],
    ['redis/shard-1/replica', ['redis-2']],
  ])('%s: %j', (target, names) => {
    expect(chooseSubjects(parseTarget(target), inventory).map(({ name }) => name)).toEqual(names);
  });
});

describe('a target that means nothing is refused with what there is', () => {
  it.each([
    ['task/nobody', 'there is no task/nobody; there are gateway, settings'],
    ['task/settings/3', 'there is no task/settings/3; there are settings/1, settings/2'],
    [`task/${id('f')}`, `there is no task/${id('f')}; there are gateway/1`],
    ['nats/nats-9', 'there is no nats/nats-9; there are nats-1, nats-2'],
    ['redis/shard-2/replica', 'there is no redis/shard-2/replica; there are redis-1 (primary of shard 1)'],
    ['redis/redis-9', 'there is no redis/redis-9'],
  ])('%s: %s', (target, sentence) => {
    expect(() => chooseSubjects(parseTarget(target), inventory)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(sentence) }),
    );
  });
});

it('operations must be ones that the endpoint has', () => {
  const choose = (text: string) => {
    const target = parseTarget(text);
    return target.kind === 'aws' ? chooseOperations(target, inventory.operations) : [];
  };
  expect(choose('aws/ecs:DescribeServices')).toEqual(['ecs:DescribeServices']);
  expect(choose('aws/logs:*')).toEqual(['logs:*']);
  expect(choose('aws/*')).toEqual(['*']);
  expect(() => choose('aws/esc:*')).toThrow('there is no aws/esc; there are ecs, logs');
  expect(() => choose('aws/ecs:Describe')).toThrow('there is no aws/ecs:Describe; there is DescribeServices');
});
