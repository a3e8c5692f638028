import { secrets } from '../aws/secrets.ts';
import { ssm } from '../aws/ssm.ts';
import { checkAccount } from '../aws/sts.ts';
import { GsysError, messageOf } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { parseGenerations } from '../fleet/generations.ts';
import { generationsPath } from '../fleet/identity.ts';
import type { Authority } from '../pki/authority.ts';
import { bundleOf, type SealedIssuer } from '../pki/authority-folder.ts';
import { holdLock, type LockOptions } from '../release/hold-lock.ts';
import { requireClocks } from './clocks.ts';
import { openIssuer, readIssuer, requireIssuer } from './issuer.ts';
import { type NodeMachine, nodeMachine } from './node/node-machine.ts';
import { nodeShell } from './node/node-shell.ts';
import type { TlsContext, TlsStep } from './steps.ts';

/** What every command that changes certificates is given. */
export interface TlsChange extends LockOptions {
  dryRun: boolean;
  /** Of the issuing authority; asked for only when something is to be signed. */
  passphrase(issuer: SealedIssuer): Promise<string>;
  tell(step: TlsStep): void;
}

/** The fleet as its environment's own record has it, and whoever signs in it. */
export interface TlsWorld {
  fleet: Fleet;
  issuer: SealedIssuer;
  machine: NodeMachine;
}

/** @throws GsysError NO_AUTHORITY, WRONG_ACCOUNT */
export async function tlsWorld({ fleet: defined, access }: LockOptions): Promise<TlsWorld> {
  await checkAccount(access);
  const fleet = await asRecorded(defined, access);
  const issuer = requireIssuer(await readIssuer(fleet, secrets(access)), fleet);
  return { fleet, issuer, machine: nodeMachine(nodeShell(fleet, access), access.signal) };
}

/** With the generations that revocations have left. */
export async function asRecorded(fleet: Fleet, access: LockOptions['access']): Promise<Fleet> {
  const name = generationsPath(fleet.name, fleet.environment.name);
  const parameter = await ssm(access).get(name);
  try {
    return { ...fleet, generations: parseGenerations(parameter?.value) };
  } catch (cause) {
    throw new GsysError('BAD_CERTIFICATE', `${name} in Parameter Store cannot be read: ${messageOf(cause)}`, {
      cause,
      next: 'look at its history, and put the last good value back',
    });
  }
}

/** Works under the fleet's lock, and lets go of it however that ends. What fails or is interrupted goes on when it is called again. */
export async function underLock<Result>(
  options: TlsChange,
  fleet: Fleet,
  work: (context: TlsContext) => Promise<Result>,
): Promise<Result> {
  const { lock, letGo } = await holdLock(options);
  options.tell({ type: 'locked' });
  const { access, afterwards, holder, tell } = options;
  try {
    return await work({ fleet, access, afterwards, holder, lock, signal: access.signal, tell });
  } catch (error) {
    if (!(error instanceof GsysError) || error.next !== undefined) throw error;
    const { code, message, details } = error;
    throw new GsysError(code, message, { cause: error, details, next: `gsys ${holder.command}` });
  } finally {
    await letGo();
  }
}

/** Opened at the first use, and once, where clocks let a certificate be valid that is signed now. */
export function lazyAuthority(
  issuer: SealedIssuer,
  passphrase: TlsChange['passphrase'],
  fleet: Fleet,
): () => Promise<Authority> {
  let opened: Promise<Authority> | undefined;
  const open = async () => {
    await requireClocks(fleet);
    return await openIssuer(issuer, await passphrase(issuer));
  };
  return () => {
    opened ??= open();
    return opened;
  };
}

/** Both, without one twice. */
export function dualBundle(one: SealedIssuer, other: SealedIssuer): string {
  return one.root === other.root ? bundleOf(one) + other.cert : bundleOf(one) + bundleOf(other);
}
