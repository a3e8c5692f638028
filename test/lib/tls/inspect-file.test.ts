import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY } from '../../../src/lib/pki/authority.ts';
import { inspectFile } from '../../../src/lib/tls/inspect-file.ts';
import { makePairs } from './pairs.ts';

const now = new Date();
let folder: string;
let made: Awaited<ReturnType<typeof makePairs>>;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gsys-inspect-'));
  made = await makePairs();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inspected = (content: string | Buffer, at = now) => {
  const file = path.join(folder, 'file');
  writeFileSync(file, content);
  return inspectFile(file, at);
};

it('reads every certificate of a PEM, and says what OpenSSL says', async () => {
  const { chain, problems } = await inspected(made.pair.cert);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', ['x509', '-noout', ...args], { input: made.pair.cert, encoding: 'utf8' }).trim();
  expect(chain).toHaveLength(2);
  expect(openssl('-serial')).toBe(`serial=${chain[0]?.serial}`);
  expect(openssl('-fingerprint', '-sha256')).toBe(`sha256 Fingerprint=${chain[0]?.fingerprint}`);
  expect(Date.parse(openssl('-enddate').replace('notAfter=', ''))).toBe(chain[0]?.notAfter.getTime());
  expect(chain[0]).toMatchObject({
    usages: ['server', 'client'],
    key: 'RSA 2048',
    life: 'good',
    daysLeft: 89,
  });
  expect(problems).toEqual([]);
});

it('reads DER, and the bundle that a service gets', async () => {
  const der = execFileSync('openssl', ['x509', '-outform', 'der'], { input: made.pair.cert });
  expect((await inspected(der)).chain).toMatchObject([{ ip: ['127.0.0.1'] }]);
  const bundle = JSON.stringify({ ...made.pair, ca: made.authority.bundle });
  expect(await inspected(bundle)).toMatchObject({ key: 'belongs', problems: [] });
});

it('says whether a key belongs, and shows nothing of it', async () => {
  const other = await inspected(made.pair.cert + made.former.key);
  expect(other).toMatchObject({ key: 'is another', problems: [expect.stringMatching(/does not belong/)] });
  expect(await inspected(made.pair.cert + made.pair.key)).toMatchObject({ key: 'belongs' });
  expect(JSON.stringify(other)).not.toContain(made.former.key.split('\n')[1]);
});

it('says what has ended, and what is not valid yet', async () => {
  const { problems } = await inspected(made.pair.cert, new Date(now.getTime() + 91 * DAY));
  expect(problems).toEqual([expect.stringMatching(/CN=nats-1.*: ended/)]);
  expect((await inspected(made.pair.cert, new Date(0))).problems).toHaveLength(2);
});

it.each(['', 'hello', '{"cert":1}', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
  'refuses %j in one line',
  async (content) => {
    await expect(inspected(content)).rejects.toMatchObject({ code: 'BAD_CERTIFICATE', exitCode: 1 });
  },
);

it('refuses a file that is not there', async () => {
  await expect(inspectFile(path.join(folder, 'nowhere'), now)).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
});
