import { certificatesIn, inspect, isIssuedBy, isReadable } from '../pki/inspect.ts';
import type { IssuedRow } from '../pki/issued-row.ts';
import { daysLeft, lifeOf } from '../pki/life.ts';
import { reasonToReplace } from '../pki/reason-to-issue.ts';
import type { Deployed } from './deployed.ts';
import type { Holder } from './holders.ts';
import type { LookedAt } from './look-at-listeners.ts';

export type Status = 'pass' | 'warn' | 'fail' | 'unknown';

/** Something that is not as it should be: `fail` wants a person. */
export interface Problem {
  status: Exclude<Status, 'pass'>;
  message: string;
  /** Commands that help. */
  remedy: string[];
}

export interface HolderEvidence {
  holder: Holder;
  row: IssuedRow | undefined;
  deployed: Deployed;
  listeners: LookedAt[];
}

export interface JudgeContext {
  /** PEM; undefined: there is no authority. */
  issuer: string | undefined;
  now: Date;
}

/** Three facts of one holder, each against the one before: issued, deployed, seen served. */
export function judgeHolder(evidence: HolderEvidence, context: JudgeContext): Problem[] {
  const problems = [
    ...judgeIssued(evidence, context),
    ...judgeDeployed(evidence, context),
    ...judgeServed(evidence, context),
  ];
  // Nothing helps a holder before somebody can sign again: that is said of the authority.
  return hasEnded(context) ? problems.map((problem) => ({ ...problem, remedy: [] })) : problems;
}

function hasEnded({ issuer, now }: JudgeContext): boolean {
  return issuer !== undefined && lifeOf(inspect(issuer), now) === 'ended';
}

/** It may as well be the clock, of this machine or of whoever signed it: that is looked at first. */
export function notYetValid(notBefore: Date, now: Date): Problem {
  const message = `not valid before ${notBefore.toISOString()}, and here it is ${now.toISOString()}: is the clock right?`;
  return { status: 'fail', message, remedy: ['timedatectl'] };
}

/** Any fail, else any unknown, else any warn. */
export function worstOf(problems: { status: Status }[]): Status {
  const has = (status: Status) => problems.some((problem) => problem.status === status);
  return has('fail') ? 'fail' : has('unknown') ? 'unknown' : has('warn') ? 'warn' : 'pass';
}

function judgeIssued({ holder, row }: HolderEvidence, { issuer, now }: JudgeContext): Problem[] {
  const remedy = [`gsys tls ${holder.keyMadeHere ? 'issue' : 'distribute'} ${holder.name}`];
  if (row === undefined) return [{ status: 'fail', message: 'nothing was issued to it', remedy }];
  if (issuer === undefined) return [];
  const facts = inspect(row.cert);
  const reason = reasonToReplace(row.cert, holder.request, issuer, now);
  if (reason === undefined)
    return lifeOf(facts, now) === 'not yet valid' ? [notYetValid(facts.notBefore, now)] : [];
  const due = lifeOf(facts, now) === 'due' && reason.startsWith('two thirds');
  const message = due
    ? `${daysLeft(facts, now)} days left: renewal is due`
    : `what was issued will not do: ${reason}`;
  return [{ status: due ? 'warn' : 'fail', message, remedy }];
}

function judgeDeployed({ holder, row, deployed }: HolderEvidence, { issuer }: JudgeContext): Problem[] {
  const fail = (message: string): Problem[] => [{ status: 'fail', message, remedy: bringIt(holder) }];
  switch (deployed.state) {
    case 'not looked at':
      return [];
    case 'unreachable': {
      const message = `what is deployed could not be looked at: ${deployed.why}`;
      return [{ status: 'unknown', message, remedy: [] }];
    }
    case 'absent':
      return fail(`nothing is deployed: there is no ${deployed.where}`);
    case 'damaged':
      return fail(`what is deployed cannot be read: ${deployed.where}: ${deployed.why}`);
    case 'there': {
      if (!deployed.fits)
        return fail(`the deployed key does not belong to its certificate: ${deployed.where}`);
      if (deployed.ca !== undefined && issuer !== undefined && !trusts(deployed.ca, issuer))
        return fail(`the deployed trust bundle lacks the root: ${deployed.where}`);
      if (row === undefined || sameCertificate(deployed.cert, row.cert)) return [];
      return fail(`deployed is ${short(deployed.cert)}, issued was ${short(row.cert)}: ${deployed.where}`);
    }
  }
}

function bringIt({ name }: Holder): string[] {
  return [`gsys tls distribute ${name}`];
}

function trusts(bundle: string, issuer: string): boolean {
  return certificatesIn(bundle).some((known) => isReadable(known) && isIssuedBy(issuer, known));
}

function judgeServed({ holder, row, listeners }: HolderEvidence, { now }: JudgeContext): Problem[] {
  return listeners.flatMap(({ listener, seen, fault }): Problem[] => {
    const at = `${listener.listener} port ${listener.host}:${listener.port}`;
    if (seen === undefined) {
      const unknown = fault?.kind === 'timeout';
      return [
        {
          status: unknown ? 'unknown' : 'fail',
          message: `${at}: no certificate was seen: ${fault?.message ?? 'nobody looked'}`,
          remedy: [`gsys tls inspect ${listener.host}:${listener.port}`],
        },
      ];
    }
    const leaf = seen.chain[0] ?? '';
    const problems: string[] = [];
    const early = seen.untrusted === 'CERT_NOT_YET_VALID';
    const { notBefore } = inspect(leaf);
    if (seen.untrusted !== undefined && !early)
      problems.push(`what it serves is not to be trusted (${seen.untrusted})`);
    if (row !== undefined && !sameCertificate(leaf, row.cert))
      problems.push(`it serves ${short(leaf)}, issued was ${short(row.cert)}`);
    const bad = problems.map((problem): Problem => {
      return { status: 'fail', message: `${at}: ${problem}`, remedy: bringIt(holder) };
    });
    if (!early) return bad;
    const clock = notYetValid(notBefore, now);
    return [{ ...clock, message: `${at}: what it serves is ${clock.message}` }, ...bad];
  });
}

function sameCertificate(one: string, other: string): boolean {
  return inspect(one).fingerprint === inspect(other).fingerprint;
}

/** Enough of a random serial to tell two apart. */
export function shortSerial(serial: string): string {
  return serial.slice(0, 8);
}

function short(cert: string): string {
  return shortSerial(inspect(cert).serial);
}
