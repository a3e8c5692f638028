import { describe, expect, it } from 'vitest';
import { GsysError } from '../../../src/lib/errors.ts';
import { collect } from '../../../src/lib/verify/collect.ts';
import type { Collector } from '../../../src/lib/verify/collector.ts';
import type { VerifyContext } from '../../../src/lib/verify/context.ts';
import { NOW } from './fixture.ts';

const context = (signal = new AbortController().signal) =>
  ({ signal, now: () => NOW }) as unknown as VerifyContext;
const collector = (work: () => Promise<unknown>, budget = 1000) =>
  ({ id: 'services', budget, collect: work }) as unknown as Collector;
const never = () => new Promise(() => undefined);

describe('a source', () => {
  it('that comes is evidence, with its time', async () => {
    expect(await collect([collector(async () => ['a'])], context())).toEqual({
      services: { evidence: ['a'], at: NOW },
    });
  });

  it('that fails is missing, with the reason', async () => {
    const failing = collector(() => Promise.reject(new Error('no route to host')));
    expect((await collect([failing], context())).services?.evidence).toEqual({ missing: 'no route to host' });
  });

  it('that is late is missing, and is not waited for', async () => {
    const { services } = await collect([collector(never, 10)], context());
    expect(services?.evidence).toEqual({ missing: 'services: not complete within 0.01 s' });
  });

  it('of another account ends it all', async () => {
    const wrong = collector(() => Promise.reject(new GsysError('WRONG_ACCOUNT', 'not here')));
    await expect(collect([collector(never), wrong], context())).rejects.toMatchObject({
      code: 'WRONG_ACCOUNT',
    });
  });

  it('that was being waited for says so when the command takes too long', async () => {
    const stop = new AbortController();
    const waiting = collector(
      () =>
        new Promise((_, reject) => {
          const late = () => reject(new GsysError('TIMED_OUT', 'no answer to ecs:ListTasks yet'));
          stop.signal.addEventListener('abort', late);
        }),
    );
    setTimeout(() => stop.abort(new GsysError('TIMED_OUT', 'not done')), 10);
    await expect(collect([collector(never), waiting], context(stop.signal))).rejects.toThrow('ecs:ListTasks');
  });

  it('is not waited for after Ctrl-C', async () => {
    const stop = new AbortController();
    const reason = new GsysError('INTERRUPTED', 'interrupted');
    setTimeout(() => stop.abort(reason), 10);
    await expect(collect([collector(never)], context(stop.signal))).rejects.toBe(reason);
  });
});
