import { readFile } from 'node:fs/promises';
import type { Ssm } from '../../aws/ssm.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { inventoryPath } from '../../fleet/identity.ts';
import { shakeHands } from '../../nats/handshake.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { certificatesIn, inspect } from '../../pki/inspect.ts';
import { parseRow } from '../../pki/issued-row.ts';
import type { Raw } from './raw.ts';
import { type Seen, seen } from './seen.ts';

/** When certificates end: each holder's newest one, those that are trusted, and what each NATS node serves just now. */
export async function lookAtCertificates(fleet: Fleet, ssm: Pick<Ssm, 'children'>): Promise<Raw['ends']> {
  const { operator, nats } = fleet.environment;
  if (operator === undefined) return [{ why: `environment ${fleet.environment.name} names no operator` }];
  const several = async (name: string, read: () => Promise<Date[]>): Promise<Seen<Date>[]> => {
    const ends = await seen(name, read);
    return 'why' in ends ? [ends] : ends.value.map((value) => ({ value }));
  };
  const [issued, trusted, served] = await Promise.all([
    several('the inventory', async () => {
      const rows = await ssm.children(inventoryPath(fleet.name, fleet.environment.name));
      return rows.map(({ name, value }) => {
        const row = parseRow(value);
        if (row === undefined) throw new Error(`${name} cannot be read`);
        return endOf(row.cert);
      });
    }),
    several('the trust bundle', async () => certificatesIn(await readFile(operator.ca, 'utf8')).map(endOf)),
    Promise.all(
      nats.nodes.map((node) =>
        seen(node.name, async () => {
          const target = {
            ...node,
            listener: 'client' as const,
            port: node.clientPort,
            timeout: NATS_TIMEOUT,
          };
          const { leaf } = await shakeHands(target, { identity: operator, ca: operator.ca });
          return endOf(leaf);
        }),
      ),
    ),
  ]);
  return [...issued, ...trusted, ...served];
}

function endOf(pem: string): Date {
  return inspect(pem).notAfter;
}
