import { expect, it } from 'vitest';
import { afterAwake } from '../../src/lib/awake.ts';
import { heldUp } from '../support/held-up.ts';

it('calls back when its time has passed', async () => {
  const started = performance.now();
  await new Promise<void>((resolve) => void afterAwake(120, resolve));
  expect(performance.now() - started).toBeGreaterThan(119);
});

it('does not count how long the process was held up: what came meanwhile is heard first', async () => {
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    const cancel = afterAwake(500, () => {
      heard.push('too late');
      resolve();
    });
    setTimeout(() => {
      heard.push('the answer');
      cancel();
      resolve();
    }, 100);
    setImmediate(() => heldUp(1000));
  });
  expect(heard).toEqual(['the answer']);
});

it('counts what a clock that jumps tells only as far as it can be', async () => {
  let now = 0;
  let looks = 0;
  const jumping = () => {
    looks += 1;
    now += 10_000;
    return now;
  };
  await new Promise<void>((resolve) => void afterAwake(200, resolve, jumping));
  expect(looks).toBeGreaterThan(3);
});

it('is silent once it is cancelled', async () => {
  let called = false;
  afterAwake(30, () => {
    called = true;
  })();
  await new Promise<void>((resolve) => void afterAwake(100, resolve));
  expect(called).toBe(false);
});
