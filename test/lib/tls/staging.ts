import { rmSync } from 'node:fs';
import path from 'node:path';
import { awsAccess } from '../../../src/lib/aws/clients.ts';
import { secrets } from '../../../src/lib/aws/secrets.ts';
import { ssm } from '../../../src/lib/aws/ssm.ts';
import type { Fleet } from '../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { holdersOf } from '../../../src/lib/tls/holders.ts';
import { type Initialized, initAuthority } from '../../../src/lib/tls/init.ts';
import { type IssueOptions, issueCertificates } from '../../../src/lib/tls/issue.ts';
import type { GatedCall } from '../../../src/local/aws/gate.ts';
import { startEndpoint } from '../../local/aws/support/endpoint.ts';
import { type StagingOptions, stagingFolder } from '../../support/staging.ts';

export const PASSPHRASES = { root: 'root horse battery staple', issuer: 'issuer horse battery staple' };

/** A fleet outside of the embedded platform, over a real AWS endpoint of the test's own. */
export async function startStaging(options: Omit<StagingOptions, 'endpoint'> = {}) {
  const { folder: place = '', nodes = [] } = options;
  const instances = nodes.flatMap(({ name, instanceId }) =>
    instanceId === undefined ? [] : [{ name, instanceId, folder: place.replace('{node}', name) }],
  );
  /** All that any API was told, but for secrets, whose place it is. */
  const told: string[] = [];
  const listen = ({ service, operation, input }: GatedCall) => {
    if (service !== 'secretsmanager') told.push(JSON.stringify([operation, input]));
    return undefined;
  };
  const endpoint = await startEndpoint({ instances, gates: [listen] });
  const folder = stagingFolder({ ...options, endpoint: endpoint.url });
  const loaded = await loadFleet({ from: folder.root, environment: 'staging' });
  const { credentials } = endpoint.client;
  const fleet: Fleet = { ...loaded, environment: { ...loaded.environment, credentials } };
  const access = awsAccess(fleet.environment);
  const aws = { secrets: secrets(access), ssm: ssm(access) };
  const common = {
    ...{ fleet, access, afterwards: () => access, holder: { command: 'tls', who: 'test' }, dryRun: false },
    confirm: async () => {},
  };
  return {
    ...{ endpoint, folder, fleet, access, aws, told },
    certs: path.join(fleet.environment.stateDir, 'certs'),
    init: (more: Partial<Parameters<typeof initAuthority>[0]> = {}): Promise<Initialized> =>
      initAuthority({
        ...{ ...common, secrets: aws.secrets, rootFolder: undefined, passphrases: async () => PASSPHRASES },
        ...{ onStep: () => {}, ...more },
      }),
    issue: (holders?: string[], more: Partial<IssueOptions> = {}) =>
      issueCertificates({
        ...{ ...common, ...aws, request: undefined, now: Date.now, onStep: () => {} },
        holders: holdersOf(fleet).filter(({ name }) => holders?.includes(name) ?? true),
        ...{ passphrase: async () => PASSPHRASES.issuer, ...more },
      }),
    async close() {
      await endpoint.close();
      folder.remove();
      rmSync(fleet.environment.stateDir, { recursive: true, force: true });
    },
  };
}

export type Staging = Awaited<ReturnType<typeof startStaging>>;
