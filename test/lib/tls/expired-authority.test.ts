import { rmSync } from 'node:fs';
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuerSecretName } from '../../../src/lib/fleet/identity.ts';
import { assemble } from '../../../src/lib/pki/assemble.ts';
import { DAY } from '../../../src/lib/pki/authority.ts';
import { createIssuer } from '../../../src/lib/pki/create-issuer.ts';
import { createRoot } from '../../../src/lib/pki/create-root.ts';
import { seal } from '../../../src/lib/pki/envelope.ts';
import { identityRequest } from '../../../src/lib/pki/holder-requests.ts';
import { inspect } from '../../../src/lib/pki/inspect.ts';
import { issueLeaf } from '../../../src/lib/pki/issue-leaf.ts';
import { AUTHORITY_BITS, generateRsaKey, privateKeyPem } from '../../../src/lib/pki/keys.ts';
import { authorityStatus } from '../../../src/lib/tls/authority-status.ts';
import { distribute } from '../../../src/lib/tls/distribute.ts';
import { issuerSecret } from '../../../src/lib/tls/issuer.ts';
import { revoke } from '../../../src/lib/tls/revoke.ts';
import { rotate } from '../../../src/lib/tls/rotate.ts';
import { tlsStatus } from '../../../src/lib/tls/status.ts';
import { trustFile } from '../../../src/lib/tls/trust-file.ts';
import { tlsAuthorities } from '../../../src/lib/verify/checks/tls-authorities.ts';
import { PASSPHRASES, type Staging, startStaging } from './staging.ts';

/** An environment whose issuing authority ended yesterday, and with it all that it signed. */
let staging: Staging;
let issuer: { root: string; cert: string; key: string };
beforeAll(async () => {
  staging = await startStaging();
  const then = new Date(Date.now() - 366 * DAY);
  const { fleet, aws } = staging;
  const root = await createRoot(fleet.name, then);
  const { cert, key } = await createIssuer(root, fleet.name, then);
  issuer = { root: root.cert, cert, key: await seal(privateKeyPem(key), PASSPHRASES.issuer) };
  await aws.secrets.create(secretName(), issuerSecret(issuer), '');
});
afterAll(() => staging?.close());

const secretName = () => issuerSecretName(staging.fleet.name, staging.fleet.environment.name);
const removeSecret = () =>
  new SecretsManagerClient(staging.endpoint.client).send(
    new DeleteSecretCommand({ SecretId: secretName(), ForceDeleteWithoutRecovery: true }),
  );
let asked = 0;
const change = () => {
  const { fleet, access } = staging;
  return {
    ...{ fleet, access, afterwards: () => access, holder: { command: 'tls', who: 'test' }, dryRun: false },
    ...{ tell: () => undefined, confirm: async () => {} },
    passphrase: async () => {
      asked += 1;
      return PASSPHRASES.issuer;
    },
  };
};
const rotation = (kind: 'leaf' | 'ca') =>
  rotate({
    ...{ ...change(), kind, holders: [], due: false, mode: 'start' },
    authority: { rootFolder: undefined, rootPassphrase: async () => PASSPHRASES.root },
  });

it.each<[string, () => Promise<unknown>]>([
  ['tls issue', () => staging.issue(['settings'], { passphrase: change().passphrase })],
  ['tls distribute', () => distribute({ ...change(), holders: [] })],
  ['tls rotate leaf', () => rotation('leaf')],
  ['tls rotate ca', () => rotation('ca')],
  ['tls revoke', () => revoke({ ...change(), revoked: 'settings', reason: 'lost', now: true })],
])('%s names it and what helps, and asks for no passphrase', async (_, work) => {
  await expect(work()).rejects.toMatchObject({
    ...{ code: 'BAD_CERTIFICATE', next: expect.stringContaining('docs/runbooks/expired-certificate.md') },
    message: expect.stringMatching(/^the issuing authority of staging ended \d{4}-/),
  });
  expect(asked).toBe(0);
});

it('tls status names it, and what helps there', async () => {
  const { authorities } = await tlsStatus(staging.fleet, staging.access);
  expect(authorities.find(({ name }) => name === 'issuer')?.problems).toEqual([
    {
      ...{ status: 'fail', remedy: [] },
      message: expect.stringMatching(/^it ended .*docs\/runbooks\/expired-certificate\.md/),
    },
  ]);
});

it.each([
  ['not yet valid', -1, ['timedatectl']],
  ['due', 300, ['gsys tls rotate ca']],
  ['overdue', 350, ['gsys tls rotate ca']],
  ['ended', 366, ['gsys local down', 'gsys local up']],
])('one that is %s has what helps on the embedded platform', (_, day, remedy) => {
  const { environment, ...fleet } = staging.fleet;
  const embedded = { ...fleet, environment: { ...environment, platform: 'embedded' as const } };
  const at = new Date(Date.now() + (day - 366) * DAY);
  const [, status] = authorityStatus(issuer, undefined, embedded, at);
  expect(status?.problems.flatMap((problem) => problem.remedy)).toEqual(remedy);
});

it('the way out of the runbook leads out', async () => {
  await removeSecret();
  rmSync(trustFile(staging.fleet), { force: true });
  await staging.init();
  expect(await staging.issue(['gsys-operator', 'gsys-system'])).toMatchObject({ outcome: 'applied' });
});

describe('a root that has ended, behind an issuing authority and leaves that have not', () => {
  let own: string;
  beforeAll(async () => {
    const then = new Date(Date.now() - 6 * 365 * DAY);
    const root = await createRoot(staging.fleet.name, then);
    const { privateKey, publicKey } = await generateRsaKey(AUTHORITY_BITS);
    // gsys never makes one that outlives its root; somebody else may have.
    const plan = {
      ...{ commonName: 'issuer of somebody', organization: staging.fleet.name, publicKey },
      ...{ notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 300 * DAY) },
      extensions: [
        { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
        { name: 'keyUsage', keyCertSign: true, critical: true },
      ],
    };
    const cert = assemble(plan, root);
    issuer = { root: root.cert, cert, key: await seal(privateKeyPem(privateKey), PASSPHRASES.issuer) };
    own = (await issueLeaf({ cert, key: privateKey }, identityRequest('gaming-system', 'gsys-operator')))
      .cert;
    await removeSecret();
    await staging.aws.secrets.create(secretName(), issuerSecret(issuer), '');
    asked = 0;
  });

  it.each(['leaf', 'ca'] as const)(
    'tls rotate %s names it and what helps, and asks for no passphrase',
    async (kind) => {
      await expect(rotation(kind)).rejects.toMatchObject({
        ...{ code: 'BAD_CERTIFICATE', next: expect.stringContaining('docs/runbooks/expired-certificate.md') },
        message: expect.stringMatching(/^the root of staging ended \d{4}-/),
      });
      expect(asked).toBe(0);
    },
  );

  it('tls status names it, and what helps there; the issuing authority is well', async () => {
    const { status, authorities } = await tlsStatus(staging.fleet, staging.access);
    expect(status).toBe('fail');
    const problems = Object.fromEntries(authorities.map((one) => [one.name, one.problems]));
    expect(problems.root).toContainEqual({
      ...{ status: 'fail', remedy: [] },
      message: expect.stringMatching(/^it ended .*docs\/runbooks\/expired-certificate\.md/),
    });
    expect(problems.issuer).toEqual([]);
  });

  it('verify names it, and no rotation as what would help', () => {
    const authorities = {
      trusted: [inspect(issuer.root), inspect(issuer.cert)],
      ...{ issuing: [inspect(issuer.cert)], own: inspect(own) },
    };
    const [finding] = tlsAuthorities.judge({ authorities }, staging.fleet, new Date());
    expect(finding).toMatchObject({
      status: 'fail',
      message: expect.stringMatching(/^authority .*root.* ended .*docs\/runbooks\/expired-certificate\.md/),
    });
    expect(finding?.remedy).toBeUndefined();
  });
});
