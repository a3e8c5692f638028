import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from 'nats';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { leafSha256 } from '../../src/lib/pki/inspect.ts';
import { REPOSITORY } from '../support/definition.ts';
import { type Platform, platform } from '../support/platform.ts';
import { tlsAt } from '../support/tls.ts';
import { until } from '../support/until.ts';

/** Certificates change while a node is not well: it stops there, the rest is untouched, and the same again goes on. */
let fleet: Platform;
beforeAll(async () => {
  fleet = platform();
  await fleet.must('local', 'up');
});
afterEach(async () => {
  await fleet.must('local', 'up');
  const { code, stdout, stderr } = await fleet.gsys('tls', 'distribute', '--yes');
  expect(code, stdout + stderr).toBe(0);
  expect((await fleet.gsys('tls', 'status')).code).toBe(0);
});
afterAll(() => fleet?.remove());

const ALL = ['nats-1', 'nats-2', 'nats-3', 'nats-4', 'nats-5'];
const file = (node: string, ...names: string[]) => path.join(fleet.home, 'local', 'nats', node, ...names);
const certOf = (node: string) => readFileSync(file(node, 'tls', 'cert.pem'), 'utf8');
const pidOf = async (node: string) =>
  (await fleet.status()).nats.find(({ name }) => name === node)?.pid as number;
async function rotate(...args: string[]) {
  const { code, stdout } = await fleet.gsys('tls', 'rotate', 'leaf', ...args, '--yes', '--json');
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { code, lines, last: lines.at(-1) };
}
/** Which of them have another certificate than before. */
async function changedBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = ALL.map(certOf);
  await work();
  return ALL.filter((node, i) => certOf(node) !== before[i]);
}
async function goesOn(): Promise<void> {
  await until('the rotation to go on', async () => (await rotate('--resume')).code === 0, 300_000);
}

it('a node is killed: it is back in time, or it stops there and goes on when it is back', async () => {
  const changed = await changedBy(async () => {
    process.kill(await pidOf('nats-3'), 'SIGKILL');
    await until('nats-3 to be gone', async () => (await pidOf('nats-3')) === undefined);
    const { code, last } = await rotate(...ALL);
    // Whoever keeps it running starts it again within seconds: both may be.
    if (code === 0) return;
    expect(last.error).toMatchObject({ code: 'NOT_PROVEN', message: expect.stringMatching(/nats-[1-3]/) });
    await fleet.must('local', 'up');
    await goesOn();
  });
  expect(changed).toEqual(ALL);
});

it('a node is frozen: nobody says that it serves anything, and nothing after it is touched', async () => {
  const pid = await pidOf('nats-2');
  const changed = await changedBy(async () => {
    process.kill(pid, 'SIGSTOP');
    try {
      const { code, last } = await rotate(...ALL);
      expect(code).toBe(1);
      expect(last.error.code).toMatch(/NOT_PROVEN|NODE_UNREACHABLE|NATS_UNREACHABLE/);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
  expect(changed).not.toContain('nats-3');
  await goesOn();
});

it('a node does not take the reload: it goes back to what it had, which is served', async () => {
  const [served, pid] = [certOf('nats-4'), readFileSync(file('nats-4', 'nats-server.pid'), 'utf8')];
  // Whoever is told to reload is another one.
  writeFileSync(file('nats-4', 'nats-server.pid'), readFileSync(file('nats-5', 'nats-server.pid'), 'utf8'));
  const { code, lines, last } = await rotate('nats-4', 'nats-5');
  expect(code).toBe(1);
  expect(lines.some(({ type, holder }) => type === 'went-back' && holder === 'nats-4')).toBe(true);
  expect(last.error).toMatchObject({ code: 'NOT_PROVEN', message: expect.stringContaining('nats-4') });
  expect(certOf('nats-4')).toBe(served);
  writeFileSync(file('nats-4', 'nats-server.pid'), pid);
  await goesOn();
});

it('a node comes back with an old bundle of files: it is seen, and brought what it should have', async () => {
  const old = ['cert', 'key', 'ca'].map(
    (name) => [name, readFileSync(file('nats-1', 'tls', `${name}.pem`), 'utf8')] as const,
  );
  expect((await rotate('nats-1')).code).toBe(0);
  for (const [name, text] of old) writeFileSync(file('nats-1', 'tls', `${name}.pem`), text);
  process.kill(await pidOf('nats-1'), 'SIGHUP');
  await until('status to see it', async () => (await fleet.gsys('tls', 'status')).code === 1);
  const { code } = await fleet.gsys('tls', 'distribute', 'nats-1', '--yes');
  expect(code).toBe(0);
});

it.each(['key.pem', 'cert.pem', 'ca.pem'])('its %s is damaged: it gets all of it anew', async (name) => {
  writeFileSync(file('nats-5', 'tls', name), 'damaged');
  expect((await fleet.gsys('tls', 'distribute', 'nats-5', '--yes')).code).toBe(0);
});

it('somebody is connected whom the inventory does not know while the authority rotates: it goes no further, and says who', {
  timeout: 1_200_000,
}, async () => {
  const tls = await tlsAt(fleet, REPOSITORY);
  const { cert, key } = await tls.issue('settings');
  const [node] = tls.fleet.environment.nats.nodes;
  const stranger = await connect({
    ...{ servers: `127.0.0.1:${node?.clientPort}`, name: 'a stranger', tls: { cert, key, ca: tls.ca } },
    inboxPrefix: '_INBOX_settings',
  });
  const ca = async (...more: string[]) => {
    const { code, stdout } = await fleet.gsys('tls', 'rotate', 'ca', ...more, '--yes', '--json');
    return { code, last: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') };
  };
  const { code, last } = await ca();
  expect(code).toBe(1);
  expect(last.error).toMatchObject({
    code: 'NOT_PROVEN',
    message: expect.stringMatching(/another certificate than was issued last/),
    next: 'gsys restart settings, then: gsys tls rotate ca --resume',
    details: [
      expect.stringMatching(
        new RegExp(
          `^nats-1: "a stranger" as settings\\.g1\\..* from 127\\.0\\.0\\.1:\\d+ since .*certificate ${leafSha256(cert).slice(0, 16)}`,
        ),
      ),
      expect.stringMatching(/is reissued: gsys tls rotate ca --resume, or --abort$/),
    ],
  });
  await stranger.flush();
  expect((await ca('--resume')).last.error.code).toBe('NOT_PROVEN');
  await stranger.close();
  expect((await ca('--resume')).last).toMatchObject({ type: 'result', outcome: 'proven' });
});

it('two at once: one of them is told that the other has the lock, or is under way', async () => {
  const both = await Promise.all([rotate('nats-1'), rotate('nats-2')]);
  expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
  expect(both.find(({ code }) => code === 1)?.last.error.code).toBe('LOCKED');
});
