import { type Secrets, secrets } from '../aws/secrets.ts';
import { OPERATOR, tlsSecretName } from '../fleet/identity.ts';
import type { KeyPair } from '../pki/authority.ts';
import { parseBundle } from '../pki/bundle.ts';
import { readIfThere, readKeyPair } from '../pki/files.ts';
import { inspect, isPair, isReadable } from '../pki/inspect.ts';
import { generateRsaKey, LEAF_BITS, privateKeyPem } from '../pki/keys.ts';
import { type Holder, holderFolder, serverFolder } from './holders.ts';
import type { Inventory } from './inventory.ts';
import { signAndRecord } from './sign-and-record.ts';
import type { TlsContext } from './steps.ts';
import type { Wanted } from './wanted.ts';

/**
 * The pair that each holder is to have, whose key may be elsewhere than in its own folder: the one that was issued to
 * it, wherever it lies, or a new one where it is to get another, or where nobody has the key any more.
 */
export async function pairsFor(
  holders: Holder[],
  inventory: Inventory,
  wanted: Wanted,
  context: TlsContext,
): Promise<Map<string, KeyPair>> {
  const places = secrets(context.access);
  const found = await Promise.all(
    holders.map(async (holder): Promise<[string, KeyPair]> => {
      const row = inventory.get(holder.name);
      const again = wanted.renew(holder, row);
      const kept =
        row !== undefined && again === undefined
          ? await keptPair(holder, row.cert, places, context)
          : undefined;
      return [holder.name, kept ?? (await issue(holder, wanted, context))];
    }),
  );
  return new Map(found);
}

async function keptPair(
  holder: Holder,
  issued: string,
  places: Pick<Secrets, 'staged'>,
  { fleet }: TlsContext,
): Promise<KeyPair | undefined> {
  for (const look of placesOf(holder, places, fleet)) {
    const pair = await look();
    if (pair !== undefined && isReadable(pair.cert) && isPair(pair.cert, pair.key))
      if (inspect(pair.cert).fingerprint === inspect(issued).fingerprint) return pair;
  }
  return undefined;
}

/** This machine first: it costs no call. */
function placesOf(
  { name, kind }: Holder,
  places: Pick<Secrets, 'staged'>,
  fleet: TlsContext['fleet'],
): (() => Promise<KeyPair | undefined>)[] {
  const { environment } = fleet;
  const here = () => readKeyPair(holderFolder(environment, name));
  if (kind === 'redis') {
    const folder = serverFolder(environment, name);
    return folder === undefined ? [here] : [() => readKeyPair(folder), here];
  }
  const secret = tlsSecretName(fleet.name, environment.name, name);
  const inSecret = async () => parseBundle((await places.staged(secret, 'AWSCURRENT'))?.value);
  // Issued, and on its way when it was interrupted.
  const onItsWay = async () => parseBundle((await places.staged(secret, 'AWSPENDING'))?.value);
  if (kind === 'service') return [inSecret, onItsWay, here];
  const files = name === OPERATOR ? environment.operator : environment.operator?.system;
  const atFiles = async () => {
    if (files === undefined) return undefined;
    const [cert, key] = await Promise.all([readIfThere(files.cert), readIfThere(files.key)]);
    return cert === undefined || key === undefined ? undefined : { cert, key };
  };
  return [atFiles, here, inSecret];
}

async function issue(holder: Holder, wanted: Wanted, context: TlsContext): Promise<KeyPair> {
  const authority = await wanted.authority();
  const { privateKey, publicKey } = await generateRsaKey(LEAF_BITS);
  const cert = await signAndRecord(holder, publicKey, authority, context);
  return { cert, key: privateKeyPem(privateKey) };
}
