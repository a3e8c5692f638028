import { createHash } from 'node:crypto';
import { GsysError } from '../errors.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';
import { isUserOf } from '../fleet/identity.ts';
import { bundleText, parseBundle } from '../pki/bundle.ts';
import type { ServerFiles } from '../pki/files.ts';
import { inspect, isPair } from '../pki/inspect.ts';

/** What a service has to come with; all three PEM. */
export interface WantedBundle {
  service: Service;
  bundle: ServerFiles;
}

/** Whether a secret's value is this bundle, however it is written down. */
export function isBundle(text: string | undefined, wanted: ServerFiles): boolean {
  const bundle = parseBundle(text);
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
