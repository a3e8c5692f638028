import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/lib/verify/catalog.ts';
import type { Evidence } from '../../../src/lib/verify/evidence.ts';
import { documentOf, type Observation } from '../../../src/lib/verify/observation.ts';
import { decode, encode } from '../../../src/lib/verify/recording/encode.ts';
import type { Manifest } from '../../../src/lib/verify/recording/manifest.ts';
import {
  makeRecordingFolder,
  record,
  sha256,
  writeRecording,
} from '../../../src/lib/verify/recording/record.ts';
import { replay } from '../../../src/lib/verify/recording/replay.ts';
import { asSet, FLEET, failedTask, healthyEvidence, NOW, service, silent } from './fixture.ts';

const GSYS = '1.2.3';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys-recording-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const observed = (evidence: Partial<Evidence> = healthyEvidence()): Observation => ({
  ...{ fleet: FLEET, evidence: asSet(evidence), startedAt: new Date(NOW.getTime() - 700), judgedAt: NOW },
  apiCalls: { 'ecs:DescribeServices': 3 },
});
const written = async (observation: Observation, secrets: string[] = []) => {
  const recording = record(observation, CHECKS, { gsys: GSYS, secrets });
  await writeRecording(folder, recording);
  return documentOf(recording.observation, CHECKS);
};
const replayed = (more: object = {}) =>
  replay({ folder, gsys: GSYS, fleet: FLEET, only: [], skip: [], ...more });
const json = (value: unknown) => JSON.stringify(value);

describe('what is recorded', () => {
  const broken = () => {
    const evidence = healthyEvidence();
    const [first] = evidence['nats-listeners'];
    Object.assign(first as object, { announced: silent(), client: silent(), route: silent() });
    Object.assign(evidence['nats-system'][0] as object, { answer: silent() });
    evidence.tasks.stopped.push(failedTask(service('settings'), 1, 90));
    return evidence;
  };

  it.each([
    ['healthy', healthyEvidence],
    ['broken', broken],
  ])('of a %s fleet is judged alike, live and replayed, to the byte', async (_what, evidence) => {
    const live = documentOf(observed(evidence()), CHECKS);
    expect(json(await written(observed(evidence())))).toBe(json(live));
    expect(json(await replayed())).toBe(json(live));
  });

  it('says of a source that was missing why, again', async () => {
    const observation = observed();
    observation.evidence.tasks = { evidence: { missing: 'it did not come' }, at: NOW };
    await written(observation);
    const { verdict, findings } = await replayed();
    expect(verdict).toBe('unknown');
    expect(findings.find(({ check }) => check === 'ecs.health')?.message).toBe('it did not come');
  });

  it('may be asked for some of its checks', async () => {
    await written(observed());
    const { findings } = await replayed({ only: ['nats.*'], skip: ['nats.mesh'] });
    expect(new Set(findings.map(({ check }) => check.split('.')[0]))).toEqual(new Set(['nats']));
    expect(findings.some(({ check }) => check === 'nats.mesh')).toBe(false);
  });

  it('is for its owner alone', async () => {
    await written(observed());
    for (const name of readdirSync(folder))
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('keeps dates, and names that look like the marks of dates', () => {
    const value = { at: NOW, list: [NOW, { $date: 'no date', $$x: 1 }], none: null };
    expect(decode(encode(value))).toEqual(value);
  });
});

describe('secrets', () => {
  const SECRETS = {
    'a key': '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----',
    'half a key': 'said: -----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQ',
    'a signed token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl',
    'an access key': 'AKIAABCDEFGHIJKLMNOP',
    'a seed': `SU${'A2'.repeat(28)}`,
    'a header': 'Authorization: Bearer abc.def-ghi_jkl',
    'a password in an address': 'redis://default:hunter22@redis.internal:6379/0',
    'a password in a sentence': 'login failed: password=hunter22, user=x',
    'a token in a query': 'https://hooks.example.com/x?token=hunter22',
    'the key of a pager': 'https://events.example.com/integration/0123456789abcdefHUNTER22/enqueue',
    'a known secret': 'hunter22',
  };

  it.each(Object.entries(SECRETS))('%s is in no file, wherever it stood', async (_what, secret) => {
    const evidence = healthyEvidence();
    evidence.tasks.stopped.push({
      ...failedTask(service('settings'), 1, 90),
      stoppedReason: `failed: ${secret}`,
    });
    evidence['alert-topic'].subscribers = [{ protocol: 'https', endpoint: secret, confirmed: true }];
    evidence.gateway.ready = {
      ok: true,
      value: { status: 200, body: { [secret]: secret }, task: undefined },
    };
    const known = secret === 'hunter22' ? [secret] : [];
    const document = json(await written(observed(evidence), known));
    const all = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
    const [core = ''] = /hunter22|MIIEow|eyJhbGci|AKIAABCD|SUA2A2|abc\.def|HUNTER22/.exec(secret) ?? [];
    expect(core).not.toBe('');
    expect([...all, document].filter((text) => text.includes(core))).toEqual([]);
    expect(json(await replayed())).toBe(document);
  });

  it('of the definition stay behind, and names of secrets do not', async () => {
    await written(observed());
    const text = readFileSync(path.join(folder, 'definition.json'), 'utf8');
    const { credentials, redis } = JSON.parse(text).environment;
    expect(credentials).toEqual({ accessKeyId: '[redacted]', secretAccessKey: '[redacted]' });
    expect(redis.authSecret).toBe(FLEET.environment.redis.authSecret);
  });
});

describe('a folder that is no recording of this fleet is refused in one line', () => {
  const file = (name: string) => path.join(folder, name);
  const edit = (change: (manifest: Manifest) => void) => {
    const manifest = JSON.parse(readFileSync(file('manifest.json'), 'utf8'));
    change(manifest);
    writeFileSync(file('manifest.json'), json(manifest));
  };
  /** As somebody would who wants to be believed. */
  const forge = (name: string, text: string) => {
    writeFileSync(file(name), text);
    edit(({ files }) => void Object.assign(files, { [name]: sha256(text) }));
  };

  const instead = (name: string, make: (file: string) => void) => {
    rmSync(file(name));
    make(file(name));
  };

  const CASES: [string, () => void, string][] = [
    ['that is not there', () => rmSync(folder, { recursive: true }), 'ENOENT'],
    ['without a manifest', () => rmSync(file('manifest.json')), 'manifest.json'],
    ['with half a manifest', () => writeFileSync(file('manifest.json'), '{"schema":'), 'is not JSON'],
    ['with nothing for a manifest', () => writeFileSync(file('manifest.json'), 'null'), 'is no recording'],
    [
      'of another layout',
      () => edit((it) => Object.assign(it, { schema: 'gsys/verify-recording/v2' })),
      'v2',
    ],
    ['of another gsys', () => edit((it) => Object.assign(it, { gsys: '9.9.9' })), 'by gsys 9.9.9'],
    ['of another fleet', () => edit((it) => Object.assign(it, { fleet: 'other' })), 'of other in local'],
    ['of another environment', () => edit((it) => Object.assign(it, { environment: 'prod' })), 'in prod'],
    ['judged by a check of nobody’s', () => edit((it) => it.checks.push('ecs.magic')), 'ecs.magic'],
    [
      'that names a file elsewhere',
      () => edit((it) => Object.assign(it.files, { '../x.json': sha256('') })),
      '../x.json',
    ],
    ['of which a file is gone', () => rmSync(file('tasks.json')), 'tasks.json'],
    ['of which a file is cut short', () => writeFileSync(file('tasks.json'), '{"evidence":'), 'cut short'],
    ['of which a file was edited', () => writeFileSync(file('tasks.json'), '{}'), 'was changed'],
    [
      'of which a file is a link',
      () => instead('tasks.json', (name) => symlinkSync('/etc/passwd', name)),
      'no file',
    ],
    ['of which a file is a folder', () => instead('tasks.json', (name) => mkdirSync(name)), 'no file'],
    ['that was forged, and is no JSON', () => forge('tasks.json', '{'), 'is no recording that gsys made'],
    [
      'that was forged, without evidence',
      () => forge('tasks.json', '{"at":{"$date":"2026-03-01T12:00:00.000Z"}}'),
      'is no recording that gsys made',
    ],
    [
      'that was forged, without a date',
      () => forge('tasks.json', '{"at":{"$date":"never"},"evidence":{}}'),
      'is no recording that gsys made',
    ],
    [
      'that was forged, without a fleet',
      () => forge('definition.json', '{"name":"x"}'),
      'is no recording that gsys made',
    ],
    [
      'that was forged, to have something typed',
      () =>
        forge(
          'definition.json',
          readFileSync(file('definition.json'), 'utf8').replaceAll('"settings"', '"x; rm -rf ~"'),
        ),
      'is no recording that gsys made',
    ],
    [
      'that was forged, as deep as the sea',
      () => forge('tasks.json', '['.repeat(100_000) + ']'.repeat(100_000)),
      'is no recording that gsys made',
    ],
  ];

  it.each(CASES)('one %s', async (_what, spoil, said) => {
    await written(observed());
    spoil();
    const thrown = await replayed().then(
      () => undefined,
      (error: Error) => error,
    );
    expect(thrown).toMatchObject({ code: 'USAGE', exitCode: 2, message: expect.stringContaining(said) });
    expect(thrown?.message.split('\n')).toHaveLength(1);
  });

  it('and one that holds something is not written to', async () => {
    writeFileSync(file('x'), '');
    await expect(makeRecordingFolder(folder)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
