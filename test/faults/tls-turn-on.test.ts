import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { movingLoad, type PlainFleet, STREAM, startPlainFleet } from '../support/plain-fleet.ts';
import { MOST, tell } from '../support/steady-load.ts';
import { until } from '../support/until.ts';

/** A fleet that runs without TLS gets it, and gives it back, under load: in the order of the runbook. */
let fleet: PlainFleet;
const NODES = ['nats-1', 'nats-2', 'nats-3'];
let plain: string[];
beforeAll(async () => {
  fleet = await startPlainFleet(NODES.length);
  plain = NODES.map((node) => readFileSync(fleet.file(node), 'utf8'));
});
afterAll(() => fleet?.stop());

async function turnOn(...args: string[]) {
  const { exitCode, stdout, stderr } = await fleet.turnOn('--json', '--yes', ...args);
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { code: exitCode, lines, last: lines.at(-1), stderr };
}

it('shows the way and changes nothing', async () => {
  const { exitCode, stdout, stderr } = await fleet.turnOn('--dry-run');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/nats-3 +plain/);
  expect(stdout).toContain('plain -> mixed: restart nats-1, nats-2, nats-3');
  expect(stdout).toContain('mixed -> routes: reload nats-1, nats-2, nats-3');
  expect(NODES.map((node) => readFileSync(fleet.file(node), 'utf8'))).toEqual(plain);
});

it('a node that does not come up with TLS is taken back, and no other is touched', async () => {
  const child = fleet.turnOn('--json', '--yes', '--to', 'mixed');
  child.stdout?.on('data', (chunk) => {
    if (/"waiting","holder":"nats-1","detail":"draining"/.test(String(chunk)))
      writeFileSync(fleet.file('nats-1', 'tls/cert.pem'), 'spoilt');
  });
  const { exitCode, stdout } = await child;
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '').error).toMatchObject({
    code: 'NOT_PROVEN',
    message: expect.stringContaining('nats-1 is not seen'),
    details: expect.arrayContaining(['nats-1 went back to what it had, and is seen to use that']),
  });
  expect(NODES.map((node) => readFileSync(fleet.file(node), 'utf8'))).toEqual(plain);
});

it('TLS is turned on under load: no request is lost, and whoever stays without it is named before it costs him', async (context) => {
  const load = await movingLoad(fleet, false);
  const straggler = await fleet.join('old-report');
  const first = await turnOn('--wait', '1');
  expect(first.code, first.stderr).toBe(1);
  expect(first.lines.filter(({ type }) => type === 'rung').map(({ rung }) => rung)).toEqual(['mixed']);
  expect(first.last.error).toMatchObject({
    code: 'NOT_PROVEN',
    message: expect.stringMatching(/locked out/),
  });
  expect(first.last.error.details.join('\n')).toMatch(/"settings" from 127\.0\.0\.1:\d+ .*without TLS/);
  await load.move(true);
  const second = await turnOn('--wait', '1');
  expect(second.code).toBe(1);
  expect(second.last.error.details).toEqual([
    expect.stringMatching(
      /^nats-\d: "old-report" from 127\.0\.0\.1:\d+ \(nats\.js 2\.\S+\) since .*: it comes without TLS$/,
    ),
  ]);
  await straggler.close();
  const third = await turnOn('--wait', '10');
  expect(third.code, JSON.stringify(third.last)).toBe(0);
  expect(third.last.outcome).toBe('done');
  expect((await turnOn()).last.outcome).toBe('nothing-to-do');
  const steady = await load.stop();
  tell(context, steady);
  expect(steady.lost).toEqual({});
  const refused = await fleet.join('old-report').catch((error: Error) => error);
  expect(refused).toBeInstanceOf(Error);
  const nc = await fleet.join('gsys-operator', 'gsys-operator');
  const { state } = await (await nc.jetstreamManager()).streams.info(STREAM);
  await nc.close();
  expect(state.messages).toBeDefined();
});

it('a node is killed on the way back: the same again goes on to how it was, and only what it had under way is lost', async (context) => {
  const load = await movingLoad(fleet, true);
  const child = fleet.turnOn('--json', '--yes', '--to', 'mixed');
  let killed = false;
  child.stdout?.on('data', (chunk) => {
    if (killed || !/"proved","holder":"nats-1"/.test(String(chunk))) return;
    killed = true;
    process.kill(fleet.keeper('nats-3').pid() as number, 'SIGKILL');
  });
  await child;
  expect(killed).toBe(true);
  const goOn = async () => (await turnOn('--to', 'mixed')).code === 0;
  await until('all nodes to be mixed', goOn, 300_000);
  const refused = await turnOn('--to', 'plain', '--wait', '1');
  expect(refused.last.error.details.join('\n')).toMatch(/"settings" .*: it comes with TLS/);
  await load.move(false);
  const back = await turnOn('--to', 'plain', '--wait', '10');
  expect(back.code, JSON.stringify(back.last)).toBe(0);
  expect(NODES.map((node) => readFileSync(fleet.file(node), 'utf8'))).toEqual(plain);
  const steady = await load.stop();
  tell(context, steady);
  expect(steady.sent - steady.answered).toBeLessThanOrEqual(MOST);
});
