import type { Fleet } from '../../fleet/fleet.ts';
import { SYSTEM } from '../../fleet/identity.ts';
import { subjectMatches } from '../../fleet/subjects.ts';
import type { LiveConnection } from '../../nats/connections.ts';
import { fleetUsers } from '../../nats/permissions.ts';
import { leafSha256 } from '../../pki/inspect.ts';
import { type Holder, holdersOf } from '../holders.ts';
import type { Inventory } from '../inventory.ts';

/** Who has which certificate, by the leaf's SHA-256: as it was issued last. */
export type Leaves = Map<string, Pick<Holder, 'name' | 'kind'>>;

export function leavesOf(fleet: Fleet, inventory: Inventory): Leaves {
  return new Map(
    holdersOf(fleet).flatMap(({ name, kind }) => {
      const row = inventory.get(name);
      return row === undefined ? [] : [[leafSha256(row.cert), { name, kind }] as const];
    }),
  );
}

/**
 * Why somebody who is connected would not be any more, or not hear what it hears, once nobody gets in without a
 * certificate that says who it is; undefined of whoever would notice nothing. Pure; made once for many connections.
 */
export function judgeReadiness(
  fleet: Parameters<typeof fleetUsers>[0],
  leaves: Leaves,
): (connection: LiveConnection) => string | undefined {
  const users = fleetUsers(fleet);
  const mayHear = (holder: string, subject: string, queue: string) => {
    const own = users.findLast(({ user }) => user.startsWith(`${holder}.`));
    return own?.subscribe.some((allowed) => {
      const [filter = '', group] = allowed.split(' ');
      return subjectMatches(filter, subject) && (group === undefined || group === queue);
    });
  };
  return ({ tls, leaf, subscriptions }) => {
    if (tls === undefined) return 'it comes without TLS';
    const holder = leaves.get(leaf ?? '');
    if (holder === undefined)
      return `its certificate ${leaf?.slice(0, 16) ?? '(none)'} is none that was issued last to anybody`;
    const { name, kind } = holder;
    if (kind === 'nats' || kind === 'redis')
      return `it has the certificate of ${name}, which is nobody's user`;
    if (name === SYSTEM) return undefined;
    const deaf = subscriptions.filter(({ subject, queue }) => !mayHear(name, subject, queue));
    if (deaf.length === 0) return undefined;
    const subjects = deaf.map(({ subject, queue }) => (queue === '' ? subject : `${subject} in ${queue}`));
    return `it is ${name}, which may not subscribe ${subjects.join(', ')} by the definition`;
  };
}

/** For a person who has to find out who that is. */
export function whoIs({ node, cid, name, address, library, start }: LiveConnection): string {
  const who = name === '' ? 'somebody' : `"${name}"`;
  return `${node}: ${who} from ${address} (${library || 'an unknown library'}) since ${start.toISOString()}, connection ${cid}`;
}
