import type { Ssm } from '../aws/ssm.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { inventoryPath } from '../fleet/identity.ts';
import { leafOf } from '../pki/inspect.ts';
import { type IssuedRow, parseRow } from '../pki/issued-row.ts';

/** What was issued last, by holder: the fleet's own record, the same for everybody who asks. */
export type Inventory = Map<string, IssuedRow>;

/** A row that nobody can read counts as none: its holder gets another certificate. */
export async function readInventory(ssm: Pick<Ssm, 'children'>, fleet: Fleet): Promise<Inventory> {
  const parameters = await ssm.children(pathOf(fleet));
  return new Map(
    parameters.flatMap(({ name, value }) => {
      const row = parseRow(value);
      return row === undefined ? [] : [[name.split('/').at(-1) ?? '', row] as const];
    }),
  );
}

/** @param cert PEM, of which the leaf is kept @param who has issued it */
export async function recordIssued(
  ssm: Pick<Ssm, 'overwrite'>,
  fleet: Fleet,
  holder: string,
  cert: string,
  who: string,
): Promise<void> {
  const row: IssuedRow = { cert: leafOf(cert), issuedAt: new Date().toISOString(), issuedBy: who };
  await ssm.overwrite(`${pathOf(fleet)}/${holder}`, JSON.stringify(row));
}

function pathOf({ name, environment }: Fleet): string {
  return inventoryPath(name, environment.name);
}
