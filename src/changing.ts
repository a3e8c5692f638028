import * as Flags from '@oclif/core/flags';
import { awsAccess } from './lib/aws/clients.ts';
import type { Fleet } from './lib/fleet/fleet.ts';
import { type Consent, requireConsent } from './lib/release/confirm.ts';
import { confirm } from './ui/confirm.ts';
import { whoAmI } from './who.ts';

/** Flags of every command that changes something. */
export const changeFlags = {
  'dry-run': Flags.boolean({ description: 'print the plan and stop' }),
  yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
  confirm: Flags.string({ description: 'name of the fleet, wanted by protected environments' }),
};

/** What is left to leave things in order, after Ctrl-C; milliseconds. */
const LAST_WORDS = 4000;

interface Change {
  /** As it is written down for whoever finds the lock taken: `deploy settings`. */
  command: string;
  flags: { yes: boolean; confirm?: string | undefined; json?: boolean | undefined };
  signal: AbortSignal;
}

/** Who changes something, with which access, and how a person is asked. */
export function changeOf(fleet: Fleet, { command, flags, signal }: Change) {
  const interactive = Boolean(process.stdin.isTTY && process.stderr.isTTY) && flags.json !== true;
  const consent: Consent = { yes: flags.yes, confirm: flags.confirm, interactive };
  return {
    fleet,
    access: awsAccess(fleet.environment, signal),
    afterwards: () => awsAccess(fleet.environment, AbortSignal.timeout(LAST_WORDS)),
    holder: { command, who: whoAmI() },
    /** @throws GsysError NOT_CONFIRMED */
    requireConsent: (question: string) =>
      requireConsent(fleet, question, consent, (text) => confirm(text, signal)),
  };
}
