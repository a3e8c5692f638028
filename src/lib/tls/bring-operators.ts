import { lstat, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Secrets, secrets } from '../aws/secrets.ts';
import { GsysError, messageOf } from '../errors.ts';
import type { Environment, KeyPairFiles } from '../fleet/fleet.ts';
import { type OPERATOR, SYSTEM, tlsSecretName } from '../fleet/identity.ts';
import type { KeyPair } from '../pki/authority.ts';
import { bundleText } from '../pki/bundle.ts';
import { readIfThere, replaceFile, type ServerFiles, writeKeyPair, writePublic } from '../pki/files.ts';
import { bundleVersion, isBundle, requireOwnBundle } from './bundle.ts';
import { troubleGettingIn, troubleInSystem } from './let-in.ts';
import type { TlsContext } from './steps.ts';

export interface WantedIdentity {
  holder: typeof OPERATOR | typeof SYSTEM;
  bundle: ServerFiles;
}

/**
 * Brings gsys's own identities, with whom they trust, to where this machine takes them from, and into the secrets that
 * the task of --in-vpc takes them from; each only when every node has let it in. What is there already stays.
 * @throws GsysError BAD_CERTIFICATE, NOT_PROVEN before anything was changed, FILE_SYSTEM
 */
export async function bringToOperators(wanted: WantedIdentity[], context: TlsContext): Promise<void> {
  const { fleet } = context;
  const operator = requireOperator(fleet.environment);
  for (const { holder, bundle } of wanted) requireOwnBundle(fleet, holder, bundle);
  for (const one of wanted) await prove(one, context);
  const aws = secrets(context.access);
  for (const { holder, bundle } of wanted) {
    await context.lock.keep();
    context.signal?.throwIfAborted();
    const files = holder === SYSTEM ? operator.system : operator;
    const changed = [
      ...((await written(operator.ca, () => replaceTrust(operator.ca, bundle.ca))) ? [operator.ca] : []),
      ...((await written(files.cert, () => replacePair(files, bundle))) ? [files.cert] : []),
    ];
    if (changed.length > 0) context.tell({ type: 'installed', holder, detail: changed.join(', ') });
    const secret = tlsSecretName(fleet.name, fleet.environment.name, holder);
    if (await replaceSecret(secret, holder, bundle, aws))
      context.tell({ type: 'current', holder, detail: `AWSCURRENT of ${secret}` });
  }
}

function requireOperator({ name, operator }: Environment): NonNullable<Environment['operator']> {
  if (operator !== undefined) return operator;
  throw new GsysError(
    'INVALID_DEFINITION',
    `environment ${name} says nowhere where its operator's files are`,
    {
      next: `gsys config check --env ${name}`,
    },
  );
}

async function prove(
  { holder, bundle }: WantedIdentity,
  { fleet, lock, signal, tell }: TlsContext,
): Promise<void> {
  await lock.keep();
  const { nodes } = fleet.environment.nats;
  const system = holder === SYSTEM;
  const details = await (system ? troubleInSystem : troubleGettingIn)(nodes, bundle, signal);
  if (details.length > 0)
    throw new GsysError('NOT_PROVEN', `the new certificate of ${holder} does not get in everywhere`, {
      details,
      next: 'gsys tls status',
    });
  const where = system ? ' to the system account' : '';
  tell({ type: 'proved', holder, detail: `all ${nodes.length} NATS nodes let it in${where}` });
}

/** @throws GsysError FILE_SYSTEM */
async function written(file: string, write: () => Promise<boolean>): Promise<boolean> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof GsysError) throw cause;
    throw new GsysError('FILE_SYSTEM', `${file} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** @returns whether it was another one */
async function replaceTrust(file: string, ca: string): Promise<boolean> {
  if ((await readIfThere(file)) === ca) return false;
  await mkdir(path.dirname(file), { recursive: true });
  await writePublic(file, ca);
  return true;
}

/** @returns whether it was another one */
async function replacePair(files: KeyPairFiles, { cert, key }: KeyPair): Promise<boolean> {
  const [formerCert, formerKey] = await Promise.all([files.cert, files.key].map(readIfThere));
  if (formerCert === cert && formerKey === key) return false;
  const folder = path.dirname(files.cert);
  if (await isOurs(folder, files)) {
    await writeKeyPair(folder, { cert, key });
    return true;
  }
  // Files that a person has laid there: one after the other, the key first, as it is of no use to anybody alone.
  for (const file of [files.key, files.cert])
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(files.key, key);
  await replaceFile(files.cert, cert);
  return true;
}

/** A folder that can be switched over in one instant: a link of ours, or none yet. */
async function isOurs(folder: string, files: KeyPairFiles): Promise<boolean> {
  const named = files.cert === path.join(folder, 'cert.pem') && files.key === path.join(folder, 'key.pem');
  if (!named) return false;
  const stats = await lstat(folder).catch(() => undefined);
  return stats === undefined || stats.isSymbolicLink();
}

/** @returns whether it said something else */
async function replaceSecret(
  secret: string,
  holder: string,
  bundle: ServerFiles,
  aws: Secrets,
): Promise<boolean> {
  const text = bundleText(bundle);
  const current = await aws.staged(secret, 'AWSCURRENT');
  if (current === undefined)
    return await aws.create(secret, text, `Certificate, key and trust bundle of ${holder}.`);
  if (isBundle(current.value, bundle)) return false;
  const version = bundleVersion(bundle);
  await aws.putPending(secret, text, version);
  await aws.moveCurrent(secret, { from: current.id, to: version });
  await aws.dropPending(secret, version);
  return true;
}
