import path from 'node:path';
import type { Secrets } from '../aws/secrets.ts';
import { checkAccount } from '../aws/sts.ts';
import { GsysError } from '../errors.ts';
import { issuerSecretName } from '../fleet/identity.ts';
import { AUTHORITY_FILES, authorityFolder } from '../pki/authority-folder.ts';
import { readIfThere } from '../pki/files.ts';
import { inspect } from '../pki/inspect.ts';
import { holdLock, type LockOptions } from '../release/hold-lock.ts';
import {
  ensurePrivateFolder,
  keepIssuer,
  keepRoot,
  makeAuthority,
  proveAuthority,
} from './make-authority.ts';
import { ensureTrustFile, trustFile } from './trust-file.ts';

export interface InitOptions extends LockOptions {
  secrets: Pick<Secrets, 'value' | 'create'>;
  /** Folder for the root and its key; undefined: this machine's state of the environment. */
  rootFolder: string | undefined;
  dryRun: boolean;
  /** Asked once, with the plan; a no is NOT_CONFIRMED. */
  confirm(plan: InitPlan): Promise<void>;
  passphrases(): Promise<Passphrases>;
  onStep(text: string): void;
}

export interface Passphrases {
  root: string;
  issuer: string;
}

/** Where everything comes to lie. */
export interface InitPlan {
  root: string;
  rootKey: string;
  issuerSecret: string;
  trust: string;
}

export interface Initialized {
  outcome: 'made' | 'dry-run';
  plan: InitPlan;
  authorities: { name: 'root' | 'issuer'; subject: string; serial: string; notAfter: Date }[];
}

/**
 * Makes an environment's root and issuing authority, and ends when both envelopes were opened where they lie. Nothing
 * that is there is overwritten, not even a part of an authority.
 * @throws GsysError AUTHORITY_EXISTS with what is there as details
 */
export async function initAuthority(options: InitOptions): Promise<Initialized> {
  const { fleet, access, secrets, onStep } = options;
  refuseEmbedded(fleet.environment);
  await checkAccount(access);
  const plan = planOf(options);
  await requireNothing(plan, secrets);
  if (options.dryRun) return { outcome: 'dry-run', plan, authorities: [] };
  await options.confirm(plan);
  const passphrases = await options.passphrases();
  requireDistinct(passphrases);
  const { lock, letGo } = await holdLock(options);
  try {
    await requireNothing(plan, secrets);
    await ensurePrivateFolder(path.dirname(plan.rootKey));
    onStep('making keys');
    const made = await makeAuthority(fleet.name, passphrases);
    await keepRoot(plan, made);
    await lock.check();
    await keepIssuer(plan, made, secrets);
    await ensureTrustFile(fleet, made.issuer);
    onStep('opening both envelopes where they lie');
    await proveAuthority(plan, passphrases, fleet, secrets);
    const facts = [
      { name: 'root' as const, ...inspect(made.issuer.root) },
      { name: 'issuer' as const, ...inspect(made.issuer.cert) },
    ];
    const authorities = facts.map(({ name, subject, serial, notAfter }) => ({
      name,
      subject,
      serial,
      notAfter,
    }));
    return { outcome: 'made', plan, authorities };
  } finally {
    await letGo();
  }
}

function refuseEmbedded({ platform, name }: InitOptions['fleet']['environment']): void {
  if (platform !== 'embedded') return;
  throw new GsysError('USAGE', `the embedded platform of ${name} makes an authority of its own`, {
    next: 'gsys local up',
  });
}

function planOf({ fleet, rootFolder }: InitOptions): InitPlan {
  const folder = rootFolder ?? authorityFolder(fleet.environment.stateDir);
  return {
    root: path.join(folder, AUTHORITY_FILES.root),
    rootKey: path.join(folder, AUTHORITY_FILES.rootKey),
    issuerSecret: issuerSecretName(fleet.name, fleet.environment.name),
    trust: trustFile(fleet),
  };
}

async function requireNothing(
  { root, rootKey, issuerSecret, trust }: InitPlan,
  secrets: Pick<Secrets, 'value'>,
): Promise<void> {
  const files = await Promise.all(
    [root, rootKey, trust].map(async (file) => [file, await readIfThere(file)]),
  );
  const details = files.flatMap(([file, content]) => (content === undefined ? [] : [`${file}`]));
  if ((await secrets.value(issuerSecret)) !== undefined) details.unshift(`secret ${issuerSecret}`);
  if (details.length === 0) return;
  throw new GsysError('AUTHORITY_EXISTS', 'there is an authority already, or a part of one:', {
    details,
    next: details[0]?.startsWith('secret')
      ? 'gsys tls status'
      : 'if nothing was issued by it, move these files away and begin again',
  });
}

/** Letters. Scrypt makes each guess take 0.4 s and 128 MiB, which does not help a word that is in every list. */
const SHORTEST = 12;

/** @throws GsysError USAGE for passphrases that are too short, or one and the same */
export function requireDistinct({ root, issuer }: Passphrases): void {
  const complaint =
    Math.min(root.length, issuer.length) < SHORTEST
      ? `a passphrase has at least ${SHORTEST} characters`
      : root === issuer
        ? "the root's passphrase must be another than the issuing authority's, which every issuer knows"
        : undefined;
  if (complaint !== undefined)
    throw new GsysError('USAGE', complaint, { next: 'choose four random words or more' });
}
