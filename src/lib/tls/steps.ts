import type { AwsAccess } from '../aws/clients.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { DeployEvent } from '../release/events.ts';
import type { HeldLock, LockHolder } from '../release/lock.ts';
import type { Phase } from './rotations.ts';
import type { Rung } from './turn-on/rungs.ts';

/** What is told while certificates are on their way; nothing secret is in any of it. */
export type TlsStep =
  | { type: 'locked' }
  /** A certificate was signed, and is in the inventory. */
  | { type: 'issued'; holder: string; serial: string }
  /** It lies where the holder takes it from, and nobody has loaded it yet; or a label was moved onto it. */
  | { type: 'installed' | 'pending' | 'current'; holder: string; detail: string }
  /** What was seen that proves it: a handshake, a connection. */
  | { type: 'proved'; holder: string; detail: string }
  | { type: 'waiting'; holder: string; detail: string }
  | { type: 'went-back'; holder: string; detail: string }
  /** All nodes have come to this on the way to TLS, or from it. */
  | { type: 'rung'; rung: Rung; detail: string }
  /** A rotation has come to this, by what was seen. */
  | { type: 'phase'; rotation: string; phase: Phase; evidence: string[] }
  /** New tasks that take a new secret. */
  | { type: 'release'; event: DeployEvent };

/** What everything that brings certificates works with, under the fleet's lock. */
export interface TlsContext {
  fleet: Fleet;
  access: AwsAccess;
  /** Access that Ctrl-C does not end, for leaving things in order. */
  afterwards: () => AwsAccess;
  holder: LockHolder;
  lock: HeldLock;
  signal: AbortSignal | undefined;
  tell(step: TlsStep): void;
}
