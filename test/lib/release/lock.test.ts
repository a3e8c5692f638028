import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ssm, ssm } from '../../../src/lib/aws/ssm.ts';
import { acquireLock, LOCK_LIFE, lockPath } from '../../../src/lib/release/lock.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { accessTo } from '../aws/support/answers.ts';

let endpoint: TestEndpoint;
let store: Ssm;
beforeEach(async () => {
  endpoint = await startEndpoint();
  store = ssm(accessTo(endpoint.url));
});
afterEach(() => endpoint.close());

const place = { fleet: 'fleet', environment: 'test' };
const acquire = (who: string) =>
  acquireLock(store, place, { command: 'deploy', who, release: 'r1' }, () => endpoint.now());
const numbers = async () =>
  (await store.children(lockPath(place)))
    .map(({ name }) => Number(name.split('/').at(-1)))
    .sort((a, b) => a - b);

describe('the lock', () => {
  it('is held by one of many that ask at once', async () => {
    const asked = await Promise.allSettled(['ann', 'bob', 'cyd', 'dan', 'eve'].map(acquire));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = asked.filter((one) => one.status === 'rejected');
    expect(lost.map(({ reason }) => reason.code)).toEqual(Array(4).fill('LOCKED'));
  });

  it('says who holds it', async () => {
    await acquire('ann@laptop');
    await expect(acquire('bob')).rejects.toThrow(/locked by ann@laptop \(deploy, since /);
  });

  it('goes to the next one when it is released, under the next number', async () => {
    await (await acquire('ann')).release();
    expect((await acquire('bob')).number).toBe(2);
  });

  it('goes to the next one when its holder has not renewed it, and the holder learns that', async () => {
    const ann = await acquire('ann');
    endpoint.advance(LOCK_LIFE + 1000);
    const bob = await acquire('bob');
    await expect(ann.check()).rejects.toMatchObject({ code: 'LOCKED' });
    await bob.check();
  });

  it('stays with a holder that renews it', async () => {
    const ann = await acquire('ann');
    endpoint.advance(LOCK_LIFE / 2);
    await ann.keep();
    endpoint.advance(LOCK_LIFE / 2 + 1000);
    await expect(acquire('bob')).rejects.toMatchObject({ code: 'LOCKED' });
  });

  it('keeps the last numbers only, and never uses one again', async () => {
    for (let i = 0; i < 8; i++) await (await acquire('ann')).release();
    expect((await numbers()).at(-1)).toBe(8);
    expect((await numbers()).length).toBeLessThanOrEqual(5);
  });

  it('is not won by who creates a number that was tidied away', async () => {
    for (let i = 0; i < 6; i++) await (await acquire('ann')).release();
    const slow: Ssm = { ...store, children: async (path) => (await store.children(path)).slice(0, 0) };
    let first = true;
    const late: Ssm = {
      ...store,
      children: (path) => {
        const seen = first ? slow.children(path) : store.children(path);
        first = false;
        return seen;
      },
    };
    const holder = { command: 'deploy', who: 'late', release: 'r2' };
    await expect(acquireLock(late, place, holder, () => endpoint.now())).rejects.toMatchObject({
      code: 'LOCKED',
    });
  });
});
