import { createHash } from 'node:crypto';
import { GsysError } from '../errors.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { isUserOf } from '../fleet/identity.ts';
import type { ServerFiles } from '../pki/files.ts';
import { inspect, isPair } from '../pki/inspect.ts';

/** What a service has to come with; all three PEM. */
export interface WantedBundle {
  service: Service;
  bundle: ServerFiles;
}

/** As Secrets Manager keeps it, and the task gets it in TLS_BUNDLE. */
export function bundleText({ cert, key, ca }: ServerFiles): string {
  return JSON.stringify({ cert, key, ca });
}

/** @returns undefined for what is no bundle */
export function parseBundle(text: string): ServerFiles | undefined {
  try {
    const { cert, key, ca } = JSON.parse(text) as Record<string, unknown>;
    return typeof cert === 'string' && typeof key === 'string' && typeof ca === 'string'
      ? { cert, key, ca }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a secret's value is this bundle, however it is written down. */
export function isBundle(text: string | undefined, wanted: ServerFiles): boolean {
  const bundle = text === undefined ? undefined : parseBundle(text);
  return bundle !== undefined && bundleText(bundle) === bundleText(wanted);
}

/**
 * The id of a bundle's version of the secret: the same bundle is the same version, whoever puts it and however often.
 * Nothing of the key can be read from it.
 */
export function bundleVersion(bundle: ServerFiles): string {
  return createHash('sha256').update(bundleText(bundle)).digest('hex');
}

/**
 * NATS lets in whoever has a certificate of anybody it knows: that it is the holder's own is to be seen before.
 * @throws GsysError BAD_CERTIFICATE
 */
export function requireOwnBundle(
  { name: fleet }: Pick<Fleet, 'name'>,
  name: string,
  bundle: ServerFiles,
): void {
  if (!isPair(bundle.cert, bundle.key))
    throw new GsysError('BAD_CERTIFICATE', `The certificate and the key for ${name} do not fit together.`, {
      next: `gsys tls issue ${name}`,
    });
  const users = inspect(bundle.cert).dns;
  if (users.length === 1 && isUserOf(fleet, name, users[0] ?? '')) return;
  throw new GsysError(
    'BAD_CERTIFICATE',
    `The certificate for ${name} is one of ${users.join(', ') || 'nobody'}.`,
    {
      next: `gsys tls issue ${name}`,
    },
  );
}
