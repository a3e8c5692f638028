import { readFile } from 'node:fs/promises';
import type { Secrets } from '../../aws/secrets.ts';
import { messageOf } from '../../errors.ts';
import type { Fleet, NatsNode, Service } from '../../fleet/fleet.ts';
import { OPERATOR } from '../../fleet/identity.ts';
import type { CredentialMaterial } from '../../nats/handshake.ts';
import { type PermissionTry, permissionTries } from '../../nats/permission-tries.ts';
import { fleetUsers, type UserPermissions } from '../../nats/permissions.ts';
import { NATS_TIMEOUT, natsSessions } from '../../nats/sessions.ts';
import { askServer } from '../../nats/system.ts';
import { tryPermissions } from '../../nats/try-permissions.ts';
import { parseBundle } from '../../pki/bundle.ts';
import { isPair } from '../../pki/inspect.ts';

/** What was seen of one user's permissions. */
export interface PermissionReport {
  holder: string;
  /** Why nothing was tried. */
  untried: string | undefined;
  /** How many tries, at each of the nodes, ended as they should: as allowed, and as refused. */
  allowed: number;
  refused: number;
  nodes: string[];
  /** Of its endpoints, those that its tasks are seen to hold in its queue group, at the servers. */
  endpoints: { held: number; of: number };
  /** Subjects that are rendered and were neither tried nor seen: its calls, events and buckets, which would be real. */
  believed: number;
  /** What the servers did otherwise than is rendered; one line each. */
  wrong: string[];
}

/**
 * Comes to the nodes as each service and as the operator, and tries what it may and what it may not. A service whose
 * pair cannot be read is not tried, and is said not to be.
 */
export async function provePermissions(
  fleet: Fleet,
  nodes: NatsNode[],
  secrets: Pick<Secrets, 'value'>,
  signal: AbortSignal | undefined,
): Promise<PermissionReport[]> {
  const held = await heldEndpoints(fleet);
  const users = fleetUsers(fleet);
  const holders: (Service | undefined)[] = [undefined, ...fleet.services];
  const reports: PermissionReport[] = [];
  for (const batch of batchesOf(holders, AT_ONCE)) {
    signal?.throwIfAborted();
    const some = batch.map(async (service) => {
      const name = service?.name ?? OPERATOR;
      const own = users.findLast(({ user }) => user.startsWith(`${name}.`)) as UserPermissions;
      const tries = permissionTries(own, service, fleet);
      const credentials = await credentialsOf(service, fleet, secrets);
      const report = summed(name, own, tries, service, held);
      if (typeof credentials === 'string')
        return { ...report, untried: credentials, allowed: 0, refused: 0, nodes: [] };
      const wrong = await Promise.all(nodes.map((node) => wrongAt(node, credentials, tries)));
      return { ...report, nodes: nodes.map((node) => node.name), wrong: wrong.flat() };
    });
    reports.push(...(await Promise.all(some)));
  }
  return reports;
}

/** Handshakes cost the nodes a share of a core each. */
const AT_ONCE = 4;

function summed(
  holder: string,
  own: UserPermissions,
  tries: PermissionTry[],
  service: Service | undefined,
  held: Set<string>,
): PermissionReport {
  const count = (expected: PermissionTry['expected']) =>
    tries.filter((one) => one.expected === expected).length;
  const endpoints = service?.endpoints ?? [];
  const seen = endpoints.filter(({ subject }) =>
    held.has(`${holder} ${subject} ${service?.queueGroup ?? ''}`),
  );
  const rendered = own.publish.length + own.subscribe.length;
  return {
    ...{ holder, untried: undefined, nodes: [], wrong: [] },
    ...{ allowed: count('allowed'), refused: count('refused') },
    endpoints: { held: seen.length, of: endpoints.length },
    believed: Math.max(0, rendered - count('allowed') - seen.length),
  };
}

async function wrongAt(
  node: NatsNode,
  credentials: CredentialMaterial,
  tries: PermissionTry[],
): Promise<string[]> {
  try {
    const wrong = await tryPermissions(node, credentials, tries);
    return wrong.map(({ act, subject, queue, expected }) => {
      const what = `${act} ${subject}${queue === undefined ? '' : ` in queue group ${queue}`}`;
      return `${node.name}: ${expected === 'refused' ? 'may' : 'may not'} ${what}`;
    });
  } catch (error) {
    return [`${node.name}: ${messageOf(error)}`];
  }
}

/** @returns why there are none */
async function credentialsOf(
  service: Service | undefined,
  { environment: { operator } }: Fleet,
  secrets: Pick<Secrets, 'value'>,
): Promise<CredentialMaterial | string> {
  if (service === undefined) {
    if (operator === undefined) return 'the environment names no operator identity';
    const [cert, key, ca] = (await Promise.all(
      [operator.cert, operator.key, operator.ca].map((file) => readFile(file, 'utf8')),
    )) as [string, string, string];
    return { cert, key, ca };
  }
  const text = await secrets.value(service.tlsSecret);
  const bundle = parseBundle(text);
  if (bundle === undefined) return `secret ${service.tlsSecret} holds no pair`;
  return isPair(bundle.cert, bundle.key) ? bundle : `the pair in secret ${service.tlsSecret} does not fit`;
}

/**
 * What running tasks are subscribed to, as their servers hold it: a server drops what a user may not. `settings
 * svc.settings.v1.get q.settings`
 */
async function heldEndpoints({ environment }: Fleet): Promise<Set<string>> {
  const sessions = natsSessions(environment);
  const asked = { auth: true, subscriptions: true, subscriptions_detail: true, limit: MOST_CONNECTIONS };
  try {
    const all = await Promise.all(
      environment.nats.nodes.map(async (node) => {
        const answer = await askServer(await sessions.system(node), 'CONNZ', NATS_TIMEOUT, asked).catch(
          () => undefined,
        );
        return answer?.connections ?? [];
      }),
    );
    return new Set(
      all.flat().flatMap(({ authorized_user = '', subscriptions_list_detail = [] }) => {
        const [holder] = authorized_user.split('.');
        return subscriptions_list_detail.map(({ subject, qgroup = '' }) => `${holder} ${subject} ${qgroup}`);
      }),
    );
  } finally {
    await sessions.close();
  }
}

/** A page; with more clients than this on one node, some endpoints may not be seen, which is said. */
const MOST_CONNECTIONS = 1024;

function batchesOf<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
