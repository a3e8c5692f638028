import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsAccess } from '../../src/lib/aws/clients.ts';
import { ssm } from '../../src/lib/aws/ssm.ts';
import { embeddedLayout } from '../../src/lib/fleet/embedded-layout.ts';
import { type Holder, holdersOf } from '../../src/lib/tls/holders.ts';
import { recordIssued } from '../../src/lib/tls/inventory.ts';
import type { TlsStatus } from '../../src/lib/tls/status.ts';
import { watchArguments } from '../support/argv.ts';
import { gsys, type Outcome } from '../support/cli.ts';
import { withClock } from '../support/clock.ts';
import { type DefinitionFolder, REPOSITORY } from '../support/definition.ts';
import { oneSidedLeaf } from '../support/one-sided.ts';
import { type Platform, platform } from '../support/platform.ts';
import { betrayed, tellingFiles, traitors } from '../support/secrets.ts';
import { stagingFolder } from '../support/staging.ts';
import { tlsAt } from '../support/tls.ts';
import { until } from '../support/until.ts';

const ROOT = 'root horse battery staple';
const ISSUER = 'issuer horse battery staple';
let folder: DefinitionFolder;
let at: Platform;
/** Whatever any command has said. */
let said = '';
/** And every process that ran meanwhile. */
let processes: ReturnType<typeof watchArguments>;
const DISTRIBUTE_3 = 'gsys tls distribute nats-3';

beforeAll(async () => {
  processes = watchArguments();
  folder = stagingFolder({ endpoint: 'http://127.0.0.1:1' });
  at = platform(folder.root);
  const layout = embeddedLayout(at.slot, '', { shards: 3, replicasPerShard: 1 });
  const text = readFileSync(path.join(folder.root, 'gsys.yaml'), 'utf8');
  folder.write(
    'gsys.yaml',
    text
      .replace('127.0.0.1:1\n', `127.0.0.1:${layout.endpointPort}\n`)
      .replaceAll('.gsys/staging', path.join(at.home, 'staging')),
  );
  const { code, stderr } = await at.gsys('local', 'up');
  expect(code, stderr).toBe(0);
});
afterAll(async () => {
  processes.stop();
  await at?.remove();
  folder?.remove();
});

async function tls(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const access = { AWS_ACCESS_KEY_ID: 'gsys', AWS_SECRET_ACCESS_KEY: 'gsys' };
  const outcome = await gsys(['tls', ...args], { cwd: folder.root, env: { ...at.env, ...access, ...env } });
  said += outcome.stdout + outcome.stderr;
  return outcome;
}
const status = async () => {
  const { code, stdout } = await tls(['status', '--json']);
  return { code, ...(JSON.parse(stdout) as TlsStatus) };
};
const pidOf = async (name: string) =>
  (await at.status()).nats.find((node) => node.name === name)?.pid as number;

describe('the embedded platform', () => {
  it('is as it was issued: every listener was seen, nothing is due', async () => {
    const { code, status: verdict, holders } = await status();
    expect({ code, verdict }).toEqual({ code: 0, verdict: 'pass' });
    const listeners = holders.flatMap((holder) => holder.listeners);
    expect(listeners).toHaveLength(5 * 2 + 6);
    expect(listeners.every(({ seen }) => seen?.issued === true)).toBe(true);
    expect((await tls(['needs-renewal'])).code).toBe(0);
    expect((await tls(['issue', '--yes', '--json'])).stdout).toContain('"nothing-to-do"');
  });

  it('shows its certificates by address, by holder and by file', async () => {
    const [node] = (await at.status()).nats;
    const address = new URL(node?.clientUrl ?? '').host;
    const file = path.join(at.home, 'local', 'certs', 'ca.pem');
    const serials: string[] = [];
    for (const target of [address, 'nats-1', file]) {
      const { code, stdout } = await tls(['inspect', target, '--json']);
      expect(code).toBe(0);
      const { chain, handshake } = JSON.parse(stdout);
      serials.push(chain[0].serial);
      if (target === address) expect(handshake.clientCertificate.demanded).toBe(true);
    }
    expect(serials[0]).toBe(serials[1]);
    expect(serials[2]).not.toBe(serials[0]);
  });

  it('makes its own authority: nobody else does', async () => {
    expect((await tls(['init', '--yes'])).code).toBe(2);
  });

  it('is not said to serve what was issued until a handshake shows it', async () => {
    const key = path.join(at.home, 'local', 'nats', 'nats-1', 'tls', 'key.pem');
    writeFileSync(key, 'damaged');
    const before = await status();
    expect(before.code).toBe(1);
    const bad = before.holders.filter((holder) => holder.status === 'fail');
    expect(bad).toMatchObject([{ holder: 'nats-1', problems: [{ remedy: ['gsys tls distribute nats-1'] }] }]);
    const { code, stderr } = await tls(['distribute', 'nats-1', '--yes']);
    expect(code, stderr).toBe(0);
    expect((await status()).code).toBe(0);
  });

  it('rotates leaves, each with a key of its own, and tells what was seen', async () => {
    const served = async () => {
      const { holders } = await status();
      return holders
        .filter(({ holder }) => ['nats-2', 'redis-1'].includes(holder))
        .flatMap((holder) => holder.listeners.map(({ seen }) => seen?.certificate.serial));
    };
    const before = await served();
    const { code, stdout } = await tls(['rotate', 'leaf', 'nats-2', 'redis-1', '--yes', '--json']);
    expect(code, stdout).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ type }) => type === 'phase').map(({ phase }) => phase)).toEqual([
      ...['planned', 'reissued', 'proven'],
    ]);
    expect(lines.at(-1)).toMatchObject({ schema: 'gsys/tls-rotate/v1', type: 'result', outcome: 'proven' });
    const after = await served();
    expect(new Set([...before, ...after]).size).toBe(4);
    const story = await tls(['rotate', '--status']);
    expect(story.stdout).toMatch(/leaf {2}proven[\s\S]*nats-2: client and route port serve, since a reload/);
    expect((await tls(['rotate', 'leaf', '--due', '--yes'])).stdout).toMatch(/nothing to do/);
    expect((await tls(['rotate', 'root'])).code).toBe(2);
  });

  it('has a node whose leaf is for servers alone get another, though all its routes are there', async () => {
    const { fleet, authority } = await tlsAt(at, folder.root);
    const { request } = holdersOf(fleet).find(({ name }) => name === 'nats-3') as Holder;
    const place = path.join(at.home, 'local', 'nats', 'nats-3', 'tls');
    const publicKey = new X509Certificate(readFileSync(path.join(place, 'cert.pem'))).publicKey;
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const cert = oneSidedLeaf(authority, pem, request, 'serverAuth');
    writeFileSync(path.join(place, 'cert.pem'), cert);
    await recordIssued(ssm(awsAccess(fleet.environment)), fleet, 'nats-3', cert, 'somebody else');
    process.kill(await pidOf('nats-3'), 'SIGHUP');
    await until('it to be served', async () => {
      const { holders } = await status();
      const node = holders.find(({ holder }) => holder === 'nats-3');
      return node?.listeners.every(({ seen }) => seen?.issued) === true;
    });
    const before = await status();
    const bad = before.holders.filter((holder) => holder.status !== 'pass');
    expect(bad).toMatchObject([
      {
        ...{ holder: 'nats-3', status: 'fail' },
        problems: [{ message: expect.stringMatching(/no use to a client/), remedy: [DISTRIBUTE_3] }],
      },
    ]);
    const { code, stderr } = await tls(['distribute', 'nats-3', '--yes']);
    expect(code, stderr).toBe(0);
    expect((await status()).code).toBe(0);
  });

  it('has nothing signed by a clock that is ten minutes ahead, and is not called well by one that is behind', async () => {
    const place = path.join(at.home, 'local', 'nats', 'nats-4', 'tls');
    writeFileSync(path.join(place, 'key.pem'), 'damaged');
    const cert = readFileSync(path.join(place, 'cert.pem'), 'utf8');
    for (const args of [
      ['distribute', 'nats-4'],
      ['rotate', 'ca'],
    ]) {
      const { code, stderr } = await tls([...args, '--yes'], withClock(10));
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/clock is ahead of all nodes[\s\S]*10\.\d minutes[\s\S]*timedatectl/),
      });
    }
    expect(readFileSync(path.join(place, 'cert.pem'), 'utf8')).toBe(cert);
    expect((await tls(['rotate', '--status'])).stdout).not.toMatch(/^ca /m);
    expect((await tls(['distribute', 'nats-4', '--yes'])).code).toBe(0);
    const behind = await tls(['status', '--json'], withClock(-10));
    expect(behind.code).toBe(1);
    const { holders } = JSON.parse(behind.stdout) as TlsStatus;
    expect(holders.filter((holder) => holder.status !== 'pass')).toContainEqual(
      expect.objectContaining({
        holder: 'nats-4',
        problems: [expect.objectContaining({ remedy: ['timedatectl'] })],
      }),
    );
    expect((await status()).code).toBe(0);
  });

  it('has the configuration that the definition makes', async () => {
    const { code, stdout } = await tls(['apply-config', '--yes', '--json']);
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('"nothing-to-do"');
  });

  it('is unknown where a node is frozen, and was never seen then', async () => {
    const pid = await pidOf('nats-2');
    process.kill(pid, 'SIGSTOP');
    try {
      const { code, holders } = await status();
      expect(code).toBe(3);
      const frozen = holders.find(({ holder }) => holder === 'nats-2');
      expect(frozen).toMatchObject({ status: 'unknown', listeners: [{ fault: { kind: 'timeout' } }, {}] });
      expect(frozen?.listeners.map(({ seen }) => seen)).toEqual([undefined, undefined]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});

describe('another environment', () => {
  const staging = ['--env', 'staging'];
  const secrets = { GSYS_TLS_ROOT_PASSPHRASE: ROOT, GSYS_TLS_PASSPHRASE: ISSUER };

  it('has no authority at first: all is missing', async () => {
    expect((await tls(['needs-renewal', ...staging])).code).toBe(4);
    expect((await tls(['issue', '--yes', ...staging])).code).toBe(1);
  });

  it('wants passphrases that nobody else can read', async () => {
    const nobody = await tls(['init', '--yes', ...staging]);
    expect(nobody).toMatchObject({ code: 2, stderr: expect.stringMatching(/--root-passphrase-file FILE/) });
    const file = path.join(folder.root, 'passphrase');
    writeFileSync(file, ROOT, { mode: 0o644 });
    const wide = await tls(['init', '--yes', '--root-passphrase-file', file, ...staging], secrets);
    expect(wide).toMatchObject({ code: 1, stderr: expect.stringMatching(/can be read by others/) });
  });

  it('gets an authority on a terminal, where passphrases are typed twice and shown nowhere, and once', async () => {
    const { exitCode, shown } = await onTerminal('init', [
      ['new passphrase of the root: ', ROOT],
      ['the same again: ', ROOT],
      ['new passphrase of the issuing authority: ', `x\u007f${ISSUER}\r${ISSUER}`],
    ]);
    expect(exitCode, shown).toBe(0);
    const again = await tls(['init', '--yes', '--json', ...staging], secrets);
    expect({ code: again.code, error: JSON.parse(again.stdout).error.code }).toEqual({
      ...{ code: 1, error: 'AUTHORITY_EXISTS' },
    });
  });

  it('is left at Ctrl-C in a question, and changes nothing', async () => {
    const question = 'passphrase of the issuing authority: ';
    expect(await onTerminal('issue', [[question, '\u0003']])).toMatchObject({ exitCode: 130 });
    expect((await tls(['needs-renewal', 'settings', ...staging])).code).toBe(4);
  });

  /** Answers each question when it is asked. */
  async function onTerminal(verb: string, answers: [question: string, answer: string][]) {
    const command = `${process.execPath} ${path.join(REPOSITORY, 'bin/run.js')} tls ${verb} --yes --env staging`;
    const child = execa('script', ['-qec', command, '/dev/null'], {
      ...{ cwd: folder.root, reject: false, all: true },
      env: { ...at.env, AWS_ACCESS_KEY_ID: 'gsys', AWS_SECRET_ACCESS_KEY: 'gsys', NO_COLOR: '1' },
    });
    let [shown, read] = ['', 0];
    child.all.on('data', (chunk) => {
      shown += chunk;
    });
    for (const [question, answer] of answers) {
      await until(question, () => shown.indexOf(question, read) >= 0 || child.exitCode !== null);
      read = shown.length;
      child.stdin.write(`${answer}\r`);
    }
    const { exitCode } = await child;
    said += shown;
    return { exitCode, shown };
  }

  it('issues the rest, but for a node that has to send a request, and names it', async () => {
    const wrong = await tls(['issue', '--yes', ...staging], { GSYS_TLS_PASSPHRASE: 'wrong' });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/passphrase is wrong/) });
    const { code, stdout } = await tls(['issue', '--yes', '--json', ...staging], secrets);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ outcome: 'incomplete', issued: ['gateway', 'settings', 'gsys-operator', 'gsys-system'] },
      refused: [expect.stringMatching(/^nats-1: .*tls distribute nats-1$/)],
    });
  });

  it('says what was issued and not deployed, and that nothing was seen', async () => {
    const { code, stdout } = await tls(['status', '--json', ...staging]);
    expect(code).toBe(1);
    const { holders } = JSON.parse(stdout) as TlsStatus;
    const states = holders.map(({ holder, status, deployed }) => [holder, status, deployed.state]);
    expect(states).toEqual([
      ['nats-1', 'fail', 'unreachable'],
      ['gateway', 'fail', 'absent'],
      ['settings', 'fail', 'absent'],
      ['gsys-operator', 'pass', 'there'],
      ['gsys-system', 'pass', 'there'],
    ]);
  });
});

it('no command has said a passphrase or a key, had one among its arguments, or left one anywhere but in its place', () => {
  processes.stop();
  const own = readFileSync(path.join(at.home, 'local', 'authority', 'passphrase'), 'utf8').trim();
  const secrets = traitors([at.home], [ROOT, ISSUER, own]);
  expect(betrayed(said, secrets)).toEqual([]);
  expect([...processes.seen].filter((line) => /openssl (req|pkey)/.test(line))).not.toEqual([]);
  expect(betrayed([...processes.seen].join('\n'), secrets)).toEqual([]);
  const telling = tellingFiles(at.home, secrets).map((file) => path.relative(at.home, file));
  const places =
    /(^|\/)\.?(tls|certs)[^ ]*key\.pem$|^local\/aws\/secrets\.json$|^local\/authority[^/]*\/passphrase$/;
  expect(telling.length).toBeGreaterThan(10);
  expect(telling.filter((file) => !places.test(file))).toEqual([]);
});
