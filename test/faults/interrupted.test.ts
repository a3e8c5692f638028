import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { healed } from '../support/verify.ts';

const test = fleetUnderTest();
const fleet = test.platform;
beforeAll(async () => {
  await test.start();
  await healed(fleet);
});
afterAll(() => test.remove());

/** Milliseconds after which Ctrl-C comes: while Node starts, while the definition is read, in the middle. */
const MOMENTS = [30, 150, 400, 900];

describe('Ctrl-C at any moment ends the command at once with 130, and the next one finds everything in order:', () => {
  it.each([
    ['verify'],
    ['status'],
    ['logs --follow'],
    ['build'],
    ['push'],
    ['deploy --yes'],
    ['streams apply --yes'],
    ['alarms apply --yes'],
    ['local fault inject delay nats/* --ms 5'],
    ['local fault heal --all'],
    ['local up'],
    ['local down'],
  ])('%s', async (command) => {
    for (const moment of MOMENTS) {
      const child = fleet.start(...command.split(' '));
      await sleep(moment);
      const wasRunning = child.exitCode === null;
      child.kill('SIGINT');
      const ended = await Promise.race([child, sleep(30_000, 'hangs' as const, { ref: false })]);
      if (ended === 'hangs') throw new Error(`${command} goes on 30 s after Ctrl-C at ${moment} ms`);
      // Undefined: the signal itself ended it, before Node ran its first line. Zero: it was just done.
      if (wasRunning) expect([0, 130, undefined], ended.stderr).toContain(ended.exitCode);
    }
    await fleet.gsys('local', 'fault', 'heal', '--all');
    expect(await fleet.gsys('local', 'up')).toMatchObject({ code: 0 });
    expect(await fleet.gsys('deploy', '--yes')).toMatchObject({ code: 0 });
    await healed(fleet, '--skip', 'ecs.stops', '--skip', 'alarms.*');
  });
});
