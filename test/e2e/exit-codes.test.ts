import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gsys, start } from '../support/cli.ts';
import { type DefinitionFolder, definitionFolder, REPOSITORY } from '../support/definition.ts';
import { leaseSlot } from '../support/slot.ts';
import { until } from '../support/until.ts';

/** No platform runs in this slot: everything here is about what gsys says when it cannot see. */
const SLOT = leaseSlot();
let broken: DefinitionFolder;
let home: string;
let env: Record<string, string>;
beforeAll(() => {
  broken = definitionFolder();
  broken.write('services/settings/service.yaml', 'purpose: 1\nsubjects: []\n');
  home = mkdtempSync(path.join(tmpdir(), 'gsys-home-'));
  env = { GSYS_SLOT: String(SLOT), GSYS_HOME: home };
});
afterAll(() => {
  broken.remove();
  rmSync(home, { recursive: true, force: true });
});

const cases: [string, string[], number][] = [
  ['help is no failure', ['--help'], 0],
  ['an unknown command is wrong usage', ['deplyo'], 2],
  ['an unknown flag is wrong usage', ['status', '--nope'], 2],
  ['an unknown environment is wrong usage', ['status', '-e', 'moon'], 2],
  ['an unknown service is wrong usage', ['logs', 'nobody'], 2],
  ['a check that does not exist is wrong usage', ['verify', '--only', 'nothing-like-this'], 2],
  ['explaining one is too, and needs no fleet else', ['verify', '--explain', 'nats.mess'], 2],
  ['a check is explained where nothing answers', ['verify', '--explain', 'nats.*'], 0],
  ['a recording that is not there is wrong usage', ['verify', '--replay', 'nowhere'], 2],
  ['status of an endpoint that does not answer cannot be determined', ['status'], 3],
  ['logs of an endpoint that does not answer cannot be determined', ['logs'], 3],
  ['verify of a fleet that does not answer is not healthy', ['verify'], 1],
  ['alarms of an endpoint that does not answer cannot be determined', ['alarms', 'check'], 3],
  ['applying alarms to an endpoint that does not answer has failed', ['alarms', 'apply', '--yes'], 1],
  ['nobody that can be told is wrong usage', ['alarms', 'subscribe', 'nobody'], 2],
  ['a deploy to an endpoint that does not answer has failed', ['deploy', '--yes'], 1],
  ['streams that nobody answers for cannot be determined', ['streams', 'plan'], 3],
  ['applying streams that nobody answers for has failed', ['streams', 'apply', '--yes'], 1],
  ['scaling of an endpoint that does not answer cannot be determined', ['autoscale', 'plan'], 3],
  ['certificates of an endpoint that does not answer cannot be determined', ['tls', 'status'], 3],
  ['whether any are due cannot be determined either', ['tls', 'needs-renewal'], 3],
  ['issuing them has failed', ['tls', 'issue', '--yes'], 1],
  ['what nobody serves cannot be determined', ['tls', 'inspect', '127.0.0.1:1'], 3],
  ['a holder that the fleet does not have is wrong usage', ['tls', 'inspect', 'moon'], 2],
  ['applying scaling to an endpoint that does not answer has failed', ['autoscale', 'apply', '--yes'], 1],
];

describe.each([
  ['as text', []],
  ['as JSON', ['--json']],
])('%s', (_, json) => {
  it.each(cases)('%s', async (_, args, expected) => {
    const { code, stdout, stderr } = await gsys([...args, ...json], { env });
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.anything() });
    if (json.length > 0 && expected !== 0) {
      const last = stdout.trim().split('\n').at(-1) ?? '';
      const document = JSON.parse(stdout.trim().startsWith('{\n') ? stdout : last);
      if (args[0] !== 'verify' || expected === 2)
        expect(document.error).toMatchObject({
          exitCode: expected,
          code: expect.any(String),
          message: expect.any(String),
        });
    }
  });

  it('a broken definition names every mistake and exits with 2', async () => {
    const { code, stdout, stderr } = await gsys(['config', 'check', ...json], { cwd: broken.root });
    expect(code).toBe(2);
    const text = json.length > 0 ? stdout : stderr;
    expect(text).toContain('services/settings/service.yaml:1 purpose: expected string');
    expect(text).toContain('services/settings/service.yaml:2 subjects: unknown key');
  });
});

describe('an endpoint that accepts and never answers', () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  beforeAll(() => new Promise<void>((resolve) => server.listen(20_091 + SLOT * 100, '127.0.0.1', resolve)));
  afterAll(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });

  it('is given up on at --timeout, with 3', async () => {
    const { code, stdout } = await gsys(['status', '--timeout', '1', '--json'], { env });
    expect(code).toBe(3);
    expect(JSON.parse(stdout).error).toMatchObject({ exitCode: 3 });
  });

  it('is left at Ctrl-C, with 130', async () => {
    const connected = new Promise((resolve) => server.once('connection', resolve));
    const child = start(['status', '--json'], { env });
    await connected;
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout).error.code).toBe('INTERRUPTED');
  });
});

it('--version answers with name, version and node', async () => {
  const { stdout } = await gsys(['--version']);
  expect(stdout).toMatch(/^gsys\/\d+\.\d+\.\d+ \S+ node-v\d+/);
});

it('a reader that goes away is no failure', async () => {
  const child = start(['config', 'show']);
  await until('the process has begun', () => child.pid !== undefined);
  child.stdout.destroy();
  const { exitCode } = await child;
  expect(exitCode).toBe(0);
});

it('a reader that takes its time gets everything', async () => {
  // A pipe holds 64 KiB: the help has no room in it until somebody reads.
  const { stdout } = await execa(
    'sh',
    [
      '-c',
      '{ head -c 65536 /dev/zero; "$0" bin/run.js --help; } | { sleep 3; tr -d "\\0"; }',
      process.execPath,
    ],
    { cwd: REPOSITORY },
  );
  expect(stdout.trim()).toBe((await gsys(['--help'])).stdout.trim());
});

it('verify for Nagios says what it cannot, in one line and with Nagios’s code', async () => {
  for (const wrong of [['--replay', 'nowhere'], ['--only', 'nothing-like-this'], ['--nope']]) {
    const { code, stdout } = await gsys(['verify', '--format', 'nagios', ...wrong], { env });
    expect({ code, stdout }).toEqual({ code: 3, stdout: expect.stringMatching(/^GSYS UNKNOWN - .+$/) });
  }
});
