import { inventoryPath } from '../../fleet/identity.ts';
import { type CertificateFacts, inspect } from '../../pki/inspect.ts';
import { parseRow } from '../../pki/issued-row.ts';
import type { Collector } from '../collector.ts';

/** What was issued last, by holder. */
export type InventoryEvidence = Record<string, Issued>;

export interface Issued {
  issuedAt: string;
  issuedBy: string;
  leaf: CertificateFacts;
}

export const inventory: Collector<'inventory'> = {
  id: 'inventory',
  budget: 15_000,
  async collect({ fleet, aws }) {
    const parameters = await aws.ssm.children(inventoryPath(fleet.name, fleet.environment.name));
    return Object.fromEntries(
      parameters.flatMap(({ name, value }) => {
        const row = parseRow(value);
        if (row === undefined) return [];
        const { issuedAt, issuedBy, cert } = row;
        return [[name.split('/').at(-1) ?? '', { issuedAt, issuedBy, leaf: inspect(cert) }]];
      }),
    );
  },
};
