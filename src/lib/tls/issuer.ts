import { createPrivateKey } from 'node:crypto';
import * as z from 'zod';
import type { Secrets } from '../aws/secrets.ts';
import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { issuerSecretName } from '../fleet/identity.ts';
import type { Authority } from '../pki/authority.ts';
import { currentAuthorityFolder, readAuthorityFolder, type SealedIssuer } from '../pki/authority-folder.ts';
import { AFTER_ITS_END, AFTER_ITS_END_EMBEDDED } from '../pki/ended-authority.ts';
import { unseal } from '../pki/envelope.ts';
import { inspect, isPair, isReadable } from '../pki/inspect.ts';

const FORMAT = 'gsys/issuer/v1';

const secretSchema = z.strictObject({
  format: z.literal(FORMAT),
  root: z.string().refine(isReadable),
  cert: z.string().refine(isReadable),
  key: z.string(),
});

/**
 * The authority that signs leaves, its key still in the envelope: from Secrets Manager, or from the folder of the
 * embedded platform, which keeps one of its own.
 * @returns undefined when there is none @throws GsysError BAD_CERTIFICATE when what is there is none
 */
export async function readIssuer(
  { name, environment }: Fleet,
  secrets: Pick<Secrets, 'value'>,
): Promise<SealedIssuer | undefined> {
  if (environment.platform === 'embedded') return await readEmbedded(environment.stateDir);
  const secret = issuerSecretName(name, environment.name);
  const text = await secrets.value(secret);
  return text === undefined ? undefined : parseIssuerSecret(secret, text);
}

/** @throws GsysError BAD_CERTIFICATE */
export function parseIssuerSecret(secret: string, text: string): SealedIssuer {
  try {
    return secretSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new GsysError('BAD_CERTIFICATE', `The secret ${secret} is not an authority that gsys keeps.`, {
      cause,
      next: 'look at its versions, and put the last good one back',
    });
  }
}

async function readEmbedded(stateDir: string): Promise<SealedIssuer | undefined> {
  const folder = await currentAuthorityFolder(stateDir);
  const kept = await readAuthorityFolder(folder);
  if (kept === undefined || (isReadable(kept.root) && isReadable(kept.cert))) return kept;
  throw new GsysError('BAD_CERTIFICATE', `The authority in ${folder} is damaged.`, {
    next: 'gsys local down, then: gsys local up',
  });
}

/** As it is kept in Secrets Manager. */
export function issuerSecret({ root, cert, key }: SealedIssuer): string {
  return JSON.stringify({ format: FORMAT, root, cert, key });
}

/** @throws GsysError BAD_CERTIFICATE for a wrong passphrase, or a key that is another's */
export async function openIssuer({ cert, key }: SealedIssuer, passphrase: string): Promise<Authority> {
  const pem = await unseal(key, passphrase);
  if (!isPair(cert, pem))
    throw new GsysError(
      'BAD_CERTIFICATE',
      'The key in the envelope is not the one of the issuing authority.',
    );
  return { cert, key: createPrivateKey(pem) };
}

/**
 * When an authority has ended, so has all that it signed, and nobody would trust what it signs.
 * @throws GsysError BAD_CERTIFICATE
 */
export function requireLasting(
  { root, cert }: Pick<SealedIssuer, 'root' | 'cert'>,
  { environment }: Fleet,
  now: Date,
): void {
  const ended = [
    { name: 'root', ...inspect(root) },
    { name: 'issuing authority', ...inspect(cert) },
  ].find(({ notAfter }) => notAfter <= now);
  if (ended === undefined) return;
  const { name, notAfter } = ended;
  throw new GsysError(
    'BAD_CERTIFICATE',
    `the ${name} of ${environment.name} ended ${notAfter.toISOString()}: it signs nothing any more, and nothing that it signed is valid`,
    {
      next: environment.platform === 'embedded' ? AFTER_ITS_END_EMBEDDED.join(', then: ') : AFTER_ITS_END,
    },
  );
}

/** @throws GsysError NO_AUTHORITY */
export function requireIssuer(issuer: SealedIssuer | undefined, { environment }: Fleet): SealedIssuer {
  if (issuer !== undefined) return issuer;
  throw new GsysError('NO_AUTHORITY', `environment ${environment.name} has no authority yet`, {
    next: environment.platform === 'embedded' ? 'gsys local up' : `gsys tls init --env ${environment.name}`,
  });
}
