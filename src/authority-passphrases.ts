import * as Flags from '@oclif/core/flags';
import type { environment } from './environment.ts';
import type { SealedIssuer } from './lib/pki/authority-folder.ts';
import { passphraseFrom } from './passphrase.ts';

const FILE = 'passphrase-file';
const ROOT_FILE = 'root-passphrase-file';

/** Of commands that sign, or make somebody who does. */
export const issuerPassphraseFlags = {
  [FILE]: Flags.string({ description: "file with the issuing authority's passphrase" }),
};

/** What a command was given to find passphrases by. */
export interface Given {
  flags: { [FILE]?: string | undefined; [ROOT_FILE]?: string | undefined };
  env: Pick<ReturnType<typeof environment>, 'tlsPassphrase' | 'tlsRootPassphrase'>;
  signal: AbortSignal;
}

/** Of a root that is made. */
export function newRootPassphrase({ flags, env, signal }: Given): Promise<string> {
  const place = { flag: `--${ROOT_FILE}`, variable: 'GSYS_TLS_ROOT_PASSPHRASE' };
  const given = { file: flags[ROOT_FILE], value: env.tlsRootPassphrase };
  return passphraseFrom({ name: 'passphrase of the root', ...place, ...given, isNew: true }, signal);
}

/** Of an issuing authority that is made. */
export function newIssuerPassphrase(given: Given): Promise<string> {
  return ofIssuer(given, true);
}

/** Of the one that signs. The embedded platform keeps its own beside its authority. */
export function issuerPassphrase(
  issuer: SealedIssuer & { passphrase?: string },
  given: Given,
): Promise<string> {
  return issuer.passphrase === undefined ? ofIssuer(given, false) : Promise.resolve(issuer.passphrase);
}

function ofIssuer({ flags, env, signal }: Given, isNew: boolean): Promise<string> {
  const place = { flag: `--${FILE}`, variable: 'GSYS_TLS_PASSPHRASE' };
  const given = { file: flags[FILE], value: env.tlsPassphrase };
  return passphraseFrom({ name: 'passphrase of the issuing authority', ...place, ...given, isNew }, signal);
}
