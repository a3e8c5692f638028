import path from 'node:path';
import type { EmbeddedLayout } from '../../lib/fleet/embedded-layout.ts';
import { inventoryPath, OPERATOR, SYSTEM } from '../../lib/fleet/identity.ts';
import { readCertificate } from '../../lib/pki/files.ts';
import { certificatesIn } from '../../lib/pki/inspect.ts';
import { type IssuedRow, parseRow } from '../../lib/pki/issued-row.ts';
import type { SecretsManager } from '../aws/secrets-manager/secrets-manager.ts';
import type { AwsService, Caller } from '../aws/service.ts';
import { parameterText } from './parameter-text.ts';
import type { Seeds } from './seed-secrets.ts';

export interface InventorySources {
  fleet: Seeds['fleet'];
  layout: EmbeddedLayout;
  secrets: Pick<SecretsManager, 'value'>;
  /** All of the platform's; Parameter Store is one of them. */
  services: AwsService[];
}

/**
 * Writes what the platform has issued into the fleet's inventory, as `tls issue` does elsewhere, so that `tls status`
 * and `tls needs-renewal` need not know who issued it. A row that says the same already stays.
 */
export async function seedInventory(sources: InventorySources, now: Date): Promise<void> {
  const { fleet, layout, secrets, services } = sources;
  const { operations } = services.find(({ id }) => id === 'ssm') as AwsService;
  const { region } = fleet.environment;
  const caller: Caller = { accessKeyId: 'gsys', region };
  const folder = inventoryPath(fleet.name, fleet.environment.name);
  const record = async (holder: string, pem: string | undefined) => {
    const [leaf] = certificatesIn(pem ?? '');
    if (leaf === undefined) return;
    const Name = `${folder}/${holder}`;
    const cert = `${leaf}\n`;
    if (parseRow((await parameterText(services, region, Name)) ?? '')?.cert === cert) return;
    const row: IssuedRow = { cert, issuedAt: now.toISOString(), issuedBy: 'gsys local up' };
    await operations.PutParameter?.(
      { Name, Value: JSON.stringify(row), Type: 'String', Overwrite: true },
      caller,
    );
  };
  const nodes = [...layout.nats, ...layout.redis].map(({ name, folder }) => [name, path.join(folder, 'tls')]);
  const identities = [OPERATOR, SYSTEM].map((name) => [name, path.join(layout.certs, name)]);
  await Promise.all([
    ...[...nodes, ...identities].map(async ([name = '', dir = '']) =>
      record(name, await readCertificate(dir)),
    ),
    ...fleet.services.map(({ name, tlsSecret }) => record(name, certOf(secrets.value(tlsSecret, {})))),
  ]);
}

function certOf(bundle: string): string | undefined {
  try {
    return String((JSON.parse(bundle) as { cert?: unknown }).cert);
  } catch {
    return undefined;
  }
}
