import { awsAccess } from '../../src/lib/aws/clients.ts';
import { type Secrets, secrets } from '../../src/lib/aws/secrets.ts';
import { ssm } from '../../src/lib/aws/ssm.ts';
import type { Fleet, Service } from '../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { liveConnections } from '../../src/lib/nats/connections.ts';
import { natsSessions } from '../../src/lib/nats/sessions.ts';
import type { Authority, KeyPair } from '../../src/lib/pki/authority.ts';
import { bundleOf } from '../../src/lib/pki/authority-folder.ts';
import type { ServerFiles } from '../../src/lib/pki/files.ts';
import { identityRequest } from '../../src/lib/pki/holder-requests.ts';
import { leafSha256 } from '../../src/lib/pki/inspect.ts';
import { issueLeaf } from '../../src/lib/pki/issue-leaf.ts';
import { holdLock } from '../../src/lib/release/hold-lock.ts';
import { openIssuer, readIssuer, requireIssuer } from '../../src/lib/tls/issuer.ts';
import type { TlsContext, TlsStep } from '../../src/lib/tls/steps.ts';
import type { Platform } from './platform.ts';

/** What brings certificates to a platform of a test's own, as commands would, without a command. */
export interface TlsAt {
  fleet: Fleet;
  aws: Secrets;
  authority: Authority;
  /** Whom everybody trusts, PEM. */
  ca: string;
  service(name: string): Service;
  /** A new bundle for a service, as it should be. */
  renewed(name: string): Promise<{ service: Service; bundle: ServerFiles }>;
  /** A new pair for whomever. */
  issue(holder: string): Promise<KeyPair>;
  /** Works under the fleet's lock. @returns what was told, in its order */
  under(
    work: (context: TlsContext) => Promise<void>,
    tell?: (step: TlsStep) => void,
    signal?: AbortSignal,
  ): Promise<{ steps: TlsStep[]; error: unknown }>;
  /** SHA-256 of the leaves that a service is connected with, one a connection. */
  leaves(name: string): Promise<(string | undefined)[]>;
}

export { leafSha256 };

export async function tlsAt(platform: Platform, root: string): Promise<TlsAt> {
  const fleet = await loadFleet({ from: root, home: platform.home, slot: String(platform.slot) });
  const access = awsAccess(fleet.environment);
  const aws = secrets(access);
  const issuer = requireIssuer(await readIssuer(fleet, aws), fleet);
  const { passphrase = '' } = issuer as { passphrase?: string };
  const authority = await openIssuer(issuer, passphrase);
  const ca = bundleOf(issuer);
  const service = (name: string) => fleet.services.find((one) => one.name === name) as Service;
  const issue = (holder: string) => issueLeaf(authority, identityRequest(fleet.name, holder));
  return {
    ...{ fleet, aws, authority, ca, service, issue },
    renewed: async (name) => ({ service: service(name), bundle: { ...(await issue(name)), ca } }),
    async under(work, tell = () => undefined, signal = undefined) {
      const options = {
        fleet,
        access: awsAccess(fleet.environment, signal),
        afterwards: () => access,
        holder: { command: 'tls test', who: 'test' },
      };
      const { lock, letGo } = await holdLock(options);
      const steps: TlsStep[] = [];
      const context: TlsContext = {
        ...{ ...options, lock, signal },
        tell: (step) => {
          steps.push(step);
          tell(step);
        },
      };
      try {
        const error = await work(context).catch((thrown: unknown) => thrown);
        await lock.through(ssm(access)).check();
        return { steps, error };
      } finally {
        await letGo();
      }
    },
    async leaves(name) {
      const sessions = natsSessions(fleet.environment);
      const nodes = await liveConnections(fleet.environment.nats.nodes, sessions);
      await sessions.close();
      return nodes.flatMap(({ connections = [] }) =>
        connections.filter(({ user }) => user === service(name).user).map(({ leaf }) => leaf),
      );
    },
  };
}
