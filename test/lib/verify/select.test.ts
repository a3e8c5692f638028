import { expect, it } from 'vitest';
import { CHECKS } from '../../../src/lib/verify/catalog.ts';
import { selectChecks } from '../../../src/lib/verify/select.ts';

const select = (only: string[], skip: string[] = []) =>
  selectChecks(CHECKS, { only, skip }).map(({ id }) => id);

it('takes all checks when none is named', () => expect(select([])).toHaveLength(CHECKS.length));

it('takes what a glob names, without what another leaves out', () => {
  expect(select(['redis.*', 'gateway.ready'], ['*.slots'])).toEqual([
    'redis.reach',
    'redis.strangers',
    'redis.certificates',
    'redis.replication',
    'redis.placement',
    'redis.failovers',
    'redis.persistence',
    'redis.memory',
    'redis.evictions',
    'redis.canary',
    'gateway.ready',
  ]);
});

it.each([
  [['redis'], []],
  [[], ['nats.mess']],
])('refuses a glob that names no check: %j %j', (only, skip) => {
  expect(() => select(only, skip)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
