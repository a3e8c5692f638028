import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import { embeddedLayout } from '../../../../src/lib/fleet/embedded-layout.ts';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../../src/lib/fleet/load.ts';
import { type AppliedConfig, applyConfig } from '../../../../src/lib/tls/apply-config.ts';
import type { ConfigStep } from '../../../../src/lib/tls/config/steps.ts';
import { clusterTroubles, lookAtCluster } from '../../../../src/lib/tls/config/whole-cluster.ts';
import { openJournal } from '../../../../src/local/journal.ts';
import type { Keeper } from '../../../../src/local/keeper.ts';
import { startNatsNodes } from '../../../../src/local/nats-nodes.ts';
import { startEndpoint } from '../../../local/aws/support/endpoint.ts';
import { REPOSITORY } from '../../../support/definition.ts';
import { bringKept, KEPT, pairsOf } from '../../../support/kept/kept.ts';
import { leaseSlot } from '../../../support/slot.ts';
import { until } from '../../../support/until.ts';

/** Three nodes as the platform keeps them, and an AWS endpoint with the lock and the secrets of two services. */
export interface ConfigLab {
  /** With settings alone. */
  fleet: Fleet;
  /** The same fleet with other services of the repository besides. */
  with(...services: string[]): Fleet;
  file(node: string, name?: string): string;
  keeper(node: string): Keeper;
  /** Applies, with consent. */
  apply(fleet: Fleet, more?: { nodes?: string[]; asked?: () => boolean }): Promise<Applied>;
  stop(): Promise<void>;
}

export interface Applied {
  result: AppliedConfig | undefined;
  /** With which it ended instead. */
  error: { code: string; message: string; details: string[] } | undefined;
  /** `nats-1 configured` */
  steps: string[];
}

export async function startConfigLab(): Promise<ConfigLab> {
  const home = mkdtempSync(path.join(tmpdir(), 'gsys-config-'));
  const slot = leaseSlot();
  const defined = await loadFleet({ from: REPOSITORY, home, slot: String(slot) });
  const { stateDir, nats } = defined.environment;
  bringKept(stateDir);
  const endpoint = await startEndpoint();
  const nodes = nats.nodes.slice(0, 3);
  const environment = { ...defined.environment, endpoint: endpoint.url, nats: { ...nats, nodes } };
  const only = (...names: string[]): Fleet => ({
    ...defined,
    environment,
    services: defined.services.filter(({ name }) => names.includes(name)),
  });
  const secretsManager = new SecretsManagerClient(endpoint.client);
  for (const { name, tlsSecret } of only('settings', 'auth').services) {
    const [cert, key, ca] = [
      path.join(pairsOf(KEPT), name, 'cert.pem'),
      path.join(pairsOf(KEPT), name, 'key.pem'),
      environment.operator?.ca ?? '',
    ].map((file) => readFileSync(file, 'utf8'));
    const SecretString = JSON.stringify({ cert, key, ca });
    await secretsManager.send(new CreateSecretCommand({ Name: tlsSecret, SecretString }));
  }
  const fleet = only('settings');
  const layout = { ...embeddedLayout(slot, stateDir, defined.redis), nats: nodes as never };
  const journal = openJournal(path.join(home, 'journal'));
  const keepers = await startNatsNodes(fleet, 'nats-server', { layout, journal });
  const stop = async () => {
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    await endpoint.close();
    rmSync(home, { recursive: true, force: true });
  };
  const isWhole = async () => clusterTroubles(await lookAtCluster(environment)).length === 0;
  await until('the cluster to be whole', isWhole).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    fleet,
    with: (...names) => only('settings', ...names),
    file: (node, name = 'nats-server.conf') => path.join(stateDir, 'nats', node, name),
    keeper: (node) => keepers.find(({ name }) => name === node) as Keeper,
    async apply(wanted, { nodes: names = [], asked = () => false } = {}) {
      const steps: string[] = [];
      const tell = (step: ConfigStep) => void ('node' in step && steps.push(`${step.node} ${step.type}`));
      const options = { fleet: wanted, nodes: names, restart: false, dryRun: false, asked, tell };
      const who = { command: 'tls apply-config', who: 'a test' };
      const access = () => awsAccess(wanted.environment);
      try {
        const given = { access: access(), afterwards: access, holder: who, confirm: async () => {} };
        return { result: await applyConfig({ ...options, ...given }), error: undefined, steps };
      } catch (error) {
        return { result: undefined, error: error as Applied['error'], steps };
      }
    },
    stop,
  };
}
