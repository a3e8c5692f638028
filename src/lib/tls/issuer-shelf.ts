import path from 'node:path';
import type { Secrets } from '../aws/secrets.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { issuerSecretName } from '../fleet/identity.ts';
import {
  authorityFolders,
  readAuthorityFolder,
  type SealedIssuer,
  switchAuthorityFolder,
  writeAuthorityFolder,
} from '../pki/authority-folder.ts';
import { inspect } from '../pki/inspect.ts';
import { issuerSecret, parseIssuerSecret } from './issuer.ts';
import type { MadeAuthority } from './make-authority.ts';

/** As it is kept; the embedded platform alone keeps the passphrase with it. */
export type ShelvedIssuer = SealedIssuer & { passphrase?: string };

/** Where a fleet's issuing authorities are while one takes the place of another. */
export interface IssuerShelf {
  /** The one that signs first; then the one that is to come, and the one before. */
  all(): Promise<ShelvedIssuer[]>;
  /** One that does not sign yet. */
  keepNext(made: MadeAuthority, passphrase: string): Promise<void>;
  /** It signs from now on; the one before is kept. */
  makeCurrent(issuer: SealedIssuer): Promise<void>;
}

/** @param fingerprint of its certificate */
export function issuerOf(fingerprint: string | undefined, all: ShelvedIssuer[]): ShelvedIssuer | undefined {
  return all.find(({ cert }) => inspect(cert).fingerprint === fingerprint);
}

type ShelfSecrets = Pick<Secrets, 'staged' | 'putPending' | 'moveCurrent'>;

export function issuerShelf({ name, environment }: Fleet, secrets: ShelfSecrets): IssuerShelf {
  return environment.platform === 'embedded'
    ? shelfOfFolders(environment.stateDir)
    : shelfOfSecret(issuerSecretName(name, environment.name), secrets);
}

function shelfOfFolders(stateDir: string): IssuerShelf {
  const read = async () => {
    const folders = await authorityFolders(stateDir);
    const kept = await Promise.all(
      folders.map(async (folder) => ({ folder, kept: await readAuthorityFolder(folder) })),
    );
    return kept.flatMap(({ folder, kept: issuer }) => (issuer === undefined ? [] : [{ folder, issuer }]));
  };
  return {
    all: async () => (await read()).map(({ issuer }) => issuer),
    keepNext: ({ issuer, rootKey }, passphrase) =>
      writeAuthorityFolder(path.join(stateDir, `authority-${inspect(issuer.cert).serial.slice(0, 8)}`), {
        ...issuer,
        rootKey,
        passphrase,
      }),
    async makeCurrent({ cert }) {
      const found = (await read()).find(({ issuer }) => issuer.cert === cert);
      if (found !== undefined) await switchAuthorityFolder(stateDir, found.folder);
    },
  };
}

function shelfOfSecret(secret: string, secrets: ShelfSecrets): IssuerShelf {
  const read = async () => {
    const stages = await Promise.all(
      (['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const).map((stage) => secrets.staged(secret, stage)),
    );
    return stages.flatMap((found) =>
      found === undefined ? [] : [{ id: found.id, issuer: parseIssuerSecret(secret, found.value) }],
    );
  };
  return {
    all: async () => (await read()).map(({ issuer }) => issuer),
    keepNext: ({ issuer }) => secrets.putPending(secret, issuerSecret(issuer), inspect(issuer.cert).serial),
    async makeCurrent({ cert }) {
      const [current, ...others] = await read();
      const to = others.find(({ issuer }) => issuer.cert === cert);
      if (current === undefined || current.issuer.cert === cert || to === undefined) return;
      await secrets.moveCurrent(secret, { from: current.id, to: to.id });
    },
  };
}
