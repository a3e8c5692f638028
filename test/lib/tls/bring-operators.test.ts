import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/lib/fleet/fleet.ts';
import { OPERATOR, SYSTEM, tlsSecretName } from '../../../src/lib/fleet/identity.ts';
import { readKeyPair } from '../../../src/lib/pki/files.ts';
import { bringToOperators, type WantedIdentity } from '../../../src/lib/tls/bring-operators.ts';
import type { TlsContext, TlsStep } from '../../../src/lib/tls/steps.ts';
import { makeStranger } from '../../../src/lib/verify/stranger.ts';
import type { DefinitionFolder } from '../../support/definition.ts';
import { fleetFolder } from '../../support/fleet-folder.ts';
import { type Platform, platform } from '../../support/platform.ts';
import { leafSha256, type TlsAt, tlsAt } from '../../support/tls.ts';

let definition: DefinitionFolder;
let at: Platform;
let tls: TlsAt;
beforeAll(async () => {
  definition = fleetFolder();
  at = platform(definition.root);
  await at.must('local', 'up');
  tls = await tlsAt(at, definition.root);
});
afterAll(async () => {
  await at?.remove();
  definition?.remove();
});

const operator = () => tls.fleet.environment.operator as NonNullable<Environment['operator']>;
const renewed = async (holder: WantedIdentity['holder']): Promise<WantedIdentity> => ({
  holder,
  bundle: { ...(await tls.issue(holder)), ca: tls.ca },
});
const secretOf = (holder: string) => tlsSecretName(tls.fleet.name, tls.fleet.environment.name, holder);
const kept = () => readKeyPair(path.dirname(operator().cert));
const told = (steps: TlsStep[]) => steps.map((step) => [step.type, 'holder' in step && step.holder]);
const bring = (wanted: WantedIdentity[], seen: (context: TlsContext) => TlsContext = (context) => context) =>
  tls.under((context) => bringToOperators(wanted, seen(context)));

describe('gsys’s own identities', () => {
  it('are proved, switched over and put where --in-vpc takes them from; and once', async () => {
    const wanted = [await renewed(OPERATOR), await renewed(SYSTEM)];
    const { steps, error } = await bring(wanted);
    expect(error).toBeUndefined();
    expect(told(steps)).toEqual([
      ...[OPERATOR, SYSTEM].map((holder) => ['proved', holder]),
      ...[OPERATOR, SYSTEM].flatMap((holder) => ['installed', 'current'].map((type) => [type, holder])),
    ]);
    const [pair] = wanted.map(({ bundle }) => ({ cert: bundle.cert, key: bundle.key }));
    expect(await kept()).toEqual(pair);
    expect(statSync(operator().key).mode & 0o777).toBe(0o600);
    for (const { holder, bundle } of wanted)
      expect(JSON.parse((await tls.aws.value(secretOf(holder))) ?? '')).toEqual(bundle);
    expect(told((await bring(wanted)).steps)).toEqual([OPERATOR, SYSTEM].map((holder) => ['proved', holder]));
    const { code, stdout } = await at.gsys('tls', 'inspect', OPERATOR, '--json');
    expect({ code, leaf: JSON.parse(stdout).chain[0].fingerprint.replaceAll(':', '').toLowerCase() }).toEqual(
      {
        ...{ code: 0, leaf: leafSha256(pair?.cert ?? '') },
      },
    );
  });

  it('that a node does not know are refused before anything is changed', async () => {
    const before = [await kept(), await tls.aws.value(secretOf(OPERATOR))];
    const stranger = await makeStranger(`${OPERATOR}.g1.svc.${tls.fleet.name}.internal`);
    const foreign: WantedIdentity = { holder: OPERATOR, bundle: { ...stranger, ca: tls.ca } };
    const { steps, error } = await bring([await renewed(SYSTEM), foreign]);
    expect(error).toMatchObject({
      code: 'NOT_PROVEN',
      details: Array(5).fill(expect.stringMatching(/^nats-\d: /)),
    });
    expect(told(steps)).toEqual([['proved', SYSTEM]]);
    expect([await kept(), await tls.aws.value(secretOf(OPERATOR))]).toEqual(before);
  });

  it('are not taken for each other', async () => {
    const { bundle } = await renewed(OPERATOR);
    expect((await bring([{ holder: SYSTEM, bundle }])).error).toMatchObject({ code: 'BAD_CERTIFICATE' });
  });

  it('come to files that a person has named, with whom to trust beside them, and to a secret that is missing', async () => {
    const folder = mkdtempSync(path.join(at.home, 'own-'));
    const files = { cert: path.join(folder, 'me.crt'), key: path.join(folder, 'me.key') };
    const plain = path.join(folder, 'plain');
    mkdirSync(plain, { mode: 0o700 });
    const system = { cert: path.join(plain, 'cert.pem'), key: path.join(plain, 'key.pem') };
    writeFileSync(system.cert, 'former');
    const ca = path.join(folder, 'trust', 'ca.pem');
    const elsewhere = (context: TlsContext): TlsContext => {
      const environment = { ...context.fleet.environment, name: 'other', operator: { ...files, ca, system } };
      return { ...context, fleet: { ...context.fleet, environment } };
    };
    const wanted = [await renewed(OPERATOR), await renewed(SYSTEM)];
    expect((await bring(wanted, elsewhere)).error).toBeUndefined();
    const [own, sys] = wanted.map(({ bundle }) => bundle);
    const read = [files.cert, files.key, system.cert, system.key, ca].map((file) =>
      readFileSync(file, 'utf8'),
    );
    expect(read).toEqual([own?.cert, own?.key, sys?.cert, sys?.key, tls.ca]);
    expect([files.key, system.key, ca].map((file) => statSync(file).mode & 0o777)).toEqual([
      0o600, 0o600, 0o644,
    ]);
    expect(await tls.aws.value(tlsSecretName(tls.fleet.name, 'other', SYSTEM))).toBe(JSON.stringify(sys));
    rmSync(folder, { recursive: true });
  });
});
