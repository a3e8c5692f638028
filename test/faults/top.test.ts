import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { inTerminal, type Terminal } from '../support/terminal.ts';

const ENTER = '\r';
const test = fleetUnderTest();
const fleet = test.platform;
let top: Terminal;
beforeAll(async () => {
  await test.start();
  top = inTerminal(['top'], { cwd: test.definition.root, env: fleet.env });
});
afterAll(async () => {
  top?.kill();
  await test.remove();
});

describe('top', () => {
  it('shows services, nodes and shards, and answers keys', async () => {
    await top.shows(/settings +2\/2/);
    await top.shows(/nats-1 +4\/4 +\d+ +100%/);
    await top.shows(/0-5460 +127\.0\.0\.1:\d+ +1\/1/);
    await top.shows(/nats-5 .* \d+d/);
    top.press('?');
    await top.shows('any key goes back');
    top.press('?');
    await top.shows('q quit');
  });

  it('names a node that is frozen, and goes on', async () => {
    await test.inject('freeze', 'nats/nats-3');
    await top.shows(/nats-3 +does not answer/);
    await top.shows('nats 4/5');
    await test.heal('--all');
    await top.shows('nats 5/5');
  });

  it('says that the endpoint is silent when its supervisor is frozen, with keys as quick as ever', async () => {
    const { pid } = (await fleet.status()).supervisor;
    process.kill(pid, 'SIGSTOP');
    try {
      await top.shows(/AWS at \S+ (is silent|was heard last)/);
      top.press('?');
      await top.shows('any key goes back');
      top.press('?');
      await top.shows('q quit');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await top.shows(/in trouble[^\n]*\n[^\n]*SERVICE/);
  });

  it('opens a service, and scales it once its name was typed', async () => {
    top.press('/settings');
    await top.shows('/: settings');
    top.press(ENTER);
    await top.shows('filter: settings');
    top.press(ENTER);
    await top.shows('r restart');
    await top.shows(/running +healthy +yes/);
    top.press(`s3${ENTER}`);
    await top.shows('scale settings from 2 to 3 in local?');
    top.press(`settings${ENTER}`);
    await top.shows('gsys scale ended with 0');
    top.press(ENTER);
    await top.shows('settings  3/3 tasks');
  });

  it('leaves the terminal as it was', async () => {
    top.press('q');
    await top.shows('q quit');
    top.press('q');
    expect(await top.ended()).toBe(0);
    expect(top.written().lastIndexOf('\u001b[?1049l')).toBeGreaterThan(
      top.written().lastIndexOf('\u001b[?1049h'),
    );
  });

  it('without a terminal names status in one line, and exits with 2', async () => {
    const { code, stderr } = await fleet.gsys('top');
    expect({ code, lines: stderr.trim().split('\n') }).toEqual({
      code: 2,
      lines: [expect.stringContaining('gsys status')],
    });
    expect(await fleet.gsys('top', '--json')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('USAGE'),
    });
  });
});
