import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { BACK_DATED, MINUTE } from '../pki/authority.ts';
import { readVarz } from './prove-node.ts';

/** How far a node's clock is at least behind this machine's, in milliseconds; negative of one that is ahead. */
export interface NodeClock {
  node: string;
  behind: number;
}

/**
 * Asks all nodes for the time before anything is signed: to one whose clock is further behind than certificates are
 * back-dated, a new one is not valid yet. Routes and connections that are open would hide that until the next restart.
 * A node that does not tell is left to the proofs that follow.
 * @throws GsysError BAD_CERTIFICATE
 */
export async function requireClocks({ environment }: Pick<Fleet, 'environment'>): Promise<void> {
  const asked = await Promise.all(
    environment.nats.nodes.map(async (node): Promise<NodeClock[]> => {
      const now = Date.now();
      const told = await readVarz(node, environment).catch(() => undefined);
      return told === undefined ? [] : [{ node: node.name, behind: now - Date.parse(told.now) }];
    }),
  );
  const trouble = clockTrouble(asked.flat());
  if (trouble !== undefined) throw new GsysError('BAD_CERTIFICATE', trouble.message, trouble);
}

/** @returns what is wrong with the clocks, and what helps; undefined where a new certificate is valid everywhere. Pure. */
export function clockTrouble(
  clocks: NodeClock[],
): { message: string; details: string[]; next: string } | undefined {
  const late = clocks.filter(({ behind }) => behind > BACK_DATED);
  if (late.length === 0) return undefined;
  const names = late.map(({ node }) => node).join(', ');
  const ours = late.length === clocks.length && clocks.length > 1;
  const whose = ours ? 'this machine’s clock is ahead of all nodes' : `the clock of ${names} is behind`;
  return {
    message: `what is signed now would not be valid yet on ${names}: ${whose}`,
    details: late.map(({ node, behind }) => `${node} is ${minutes(behind)} minutes behind this machine`),
    next: `timedatectl ${ours ? 'here' : `on ${names}`}; when the clock is right, the same again`,
  };
}

function minutes(milliseconds: number): string {
  return (milliseconds / MINUTE).toFixed(1);
}
