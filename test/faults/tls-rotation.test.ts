import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { Phase, Rotation } from '../../src/lib/tls/rotations.ts';
import type { TlsStep } from '../../src/lib/tls/steps.ts';
import { ASKED, fleetLoad, moreAnswers } from '../support/fleet-load.ts';
import { type ReleasedFleet, releasedFleet } from '../support/release.ts';
import { type SteadyLoad, tell } from '../support/steady-load.ts';
import { until } from '../support/until.ts';

/** Certificates change under a fleet that works: nobody who asks notices, and whatever happens meanwhile is no end. */
let fleet: ReleasedFleet;
let reads: SteadyLoad | undefined;
/** Whatever any command has said. */
let said = '';
beforeAll(async () => {
  fleet = await releasedFleet('{ canary: [settings], waveSize: 5, bakeSeconds: 0 }', ASKED);
});
afterAll(() => fleet?.remove());

afterEach(async () => void (await reads?.stop()));

/** Milliseconds of a whole rotation of the authority, there and back, on a machine that is slow. */
const LONG = 1_800_000;

/** Five hundred requests a second, or half of what the machine carries; none may be lost. */
async function underLoad<T>(context: TestContext, work: () => Promise<T>): Promise<T> {
  reads = await fleetLoad(fleet.platform, fleet.root);
  await moreAnswers(reads);
  const result = await work();
  await moreAnswers(reads);
  const steady = await reads.stop();
  tell(context, steady);
  expect(steady.lost).toEqual({});
  expect(steady.answered).toBe(steady.sent);
  return result;
}

type Line = (TlsStep | { type: 'result'; outcome: string } | { error: { code: string; message: string } }) & {
  type?: string;
};
async function tls(...args: string[]) {
  const { code, stdout, stderr } = await fleet.platform.gsys('tls', ...args, '--yes', '--json');
  said += stdout + stderr;
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  return { code, lines, last: lines.at(-1), stderr };
}
async function must(...args: string[]) {
  const { code, last, stderr } = await tls(...args);
  expect(code, JSON.stringify(last) + stderr).toBe(0);
}
const status = async () => {
  const { code, stdout } = await fleet.platform.gsys('tls', 'status', '--json');
  return { code, document: JSON.parse(stdout) };
};
const rotations = async () => {
  const { stdout } = await fleet.platform.gsys('tls', 'rotate', '--status', '--json');
  return (JSON.parse(stdout) as { rotations: Rotation[] }).rotations;
};
const state = (...names: string[]) => path.join(fleet.platform.home, 'local', ...names);
const nodeFile = (node: string, file: string) => state('nats', node, 'tls', file);
const rootOf = (bundle: string) => new X509Certificate(readFileSync(bundle)).fingerprint256;

/** Starts a command and ends it without a word as soon as it says this. */
async function killedAt(wanted: string, ...args: string[]): Promise<boolean> {
  const child = fleet.platform.start('tls', ...args, '--yes', '--json');
  let heard = '';
  child.stdout?.on('data', (chunk) => {
    heard += chunk;
  });
  await until(wanted, () => heard.includes(wanted) || child.exitCode !== null, LONG);
  const reached = heard.includes(wanted) && child.exitCode === null;
  child.kill('SIGKILL');
  await child;
  said += heard;
  return reached;
}

describe('planned', () => {
  it('leaves of all nodes and services rotate under load, and no request is lost', {
    timeout: LONG,
  }, async (context) => {
    const before = readFileSync(nodeFile('nats-1', 'cert.pem'), 'utf8');
    const key = readFileSync(nodeFile('nats-1', 'key.pem'), 'utf8');
    await underLoad(context, () => must('rotate', 'leaf'));
    expect(readFileSync(nodeFile('nats-1', 'cert.pem'), 'utf8')).not.toBe(before);
    expect(readFileSync(nodeFile('nats-1', 'key.pem'), 'utf8')).not.toBe(key);
    expect((await status()).code).toBe(0);
    expect((await rotations()).at(-1)).toMatchObject({ kind: 'leaf', phase: 'proven' });
  });

  it('the authority rotates under load, killed after every step and resumed, and no request is lost', {
    timeout: LONG,
  }, async (context) => {
    const root = rootOf(state('certs', 'ca.pem'));
    await underLoad(context, async () => {
      const steps: Phase[] = ['planned', 'trusted', 'reissued', 'drained', 'untrusted'];
      for (const [i, phase] of steps.entries()) {
        const mode = i === 0 ? [] : ['--resume'];
        expect(await killedAt(`"phase":"${phase}"`, 'rotate', 'ca', ...mode), phase).toBe(true);
        expect((await rotations()).at(-1)?.phase).toBe(phase);
      }
      await must('rotate', 'ca', '--resume');
    });
    expect((await status()).code).toBe(0);
    for (const node of ['nats-1', 'nats-5']) expect(rootOf(nodeFile(node, 'ca.pem'))).not.toBe(root);
    const [last] = (await rotations()).slice(-1);
    expect(last?.phase).toBe('proven');
    for (const { evidence } of last?.transitions ?? []) expect(evidence.length).toBeGreaterThan(0);
  });
});

describe('one that is under way', () => {
  it('keeps another one, and what would undo it, from beginning', async () => {
    expect(await killedAt('"phase":"planned"', 'rotate', 'ca')).toBe(true);
    for (const args of [['rotate', 'ca'], ['rotate', 'leaf'], ['distribute']]) {
      const { code, last } = await tls(...args);
      expect(code).toBe(1);
      expect(last).toMatchObject({
        error: { code: 'LOCKED', message: expect.stringContaining('under way') },
      });
    }
    expect((await tls('rotate', 'leaf', '--resume')).last).toMatchObject({
      error: { code: 'NO_SUCH_ROTATION' },
    });
    await must('rotate', 'ca', '--abort');
    expect((await tls('rotate', 'ca', '--resume')).last).toMatchObject({
      error: { code: 'NO_SUCH_ROTATION' },
    });
  });

  it.for<Phase>(['trusted', 'reissued', 'untrusted'])(
    'goes back from %s, to the authority that was',
    { timeout: LONG },
    async (phase, context) => {
      const root = rootOf(state('certs', 'ca.pem'));
      await underLoad(context, async () => {
        expect(await killedAt(`"phase":"${phase}"`, 'rotate', 'ca')).toBe(true);
        await must('rotate', 'ca', '--abort');
      });
      await isBack(root);
    },
  );

  it('goes back from drained, killed on its way back, too', { timeout: LONG }, async (context) => {
    const root = rootOf(state('certs', 'ca.pem'));
    await underLoad(context, async () => {
      expect(await killedAt('"phase":"drained"', 'rotate', 'ca')).toBe(true);
      expect(await killedAt('"phase":"aborting"', 'rotate', 'ca', '--abort')).toBe(true);
      expect(await killedAt('"phase":"reissued"', 'rotate', 'ca', '--abort')).toBe(true);
      await must('rotate', 'ca', '--resume');
    });
    await isBack(root);
  });

  async function isBack(root: string): Promise<void> {
    expect((await rotations()).at(-1)?.phase).toBe('aborted');
    expect(rootOf(state('certs', 'ca.pem'))).toBe(root);
    expect(rootOf(nodeFile('nats-3', 'ca.pem'))).toBe(root);
    expect(readFileSync(nodeFile('nats-3', 'ca.pem'), 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect((await status()).code).toBe(0);
  }
});

it('no key is in what was said, in a log, or in what AWS keeps, but in the one secret of its holder', () => {
  expect(said).not.toMatch(/PRIVATE KEY/);
  const kept = ['aws', 'nats', 'redis'].flatMap((name) =>
    readdirSync(state(name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('registry'))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  const withKey = kept.filter((file) => readFileSync(file, 'latin1').includes('PRIVATE KEY'));
  expect(withKey.length).toBeGreaterThan(0);
  expect(
    withKey.filter((file) => !/\/tls[^/]*\/.*key\.pem$|\.tls\..*key\.pem$|aws\/secrets\.json$/.test(file)),
  ).toEqual([]);
});
