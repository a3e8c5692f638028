import { recogniseFault } from '../../connection-fault.ts';
import type { Environment } from '../../fleet/fleet.ts';
import { isInStep } from '../../nats/replicas.ts';
import { NATS_TIMEOUT, natsSessions } from '../../nats/sessions.ts';
import { askServer, type Jsz, type Routez, type Varz } from '../../nats/system.ts';

/** What a node says of itself and of the others. */
export interface ClusterView {
  node: string;
  told: { varz: Varz; routez: Routez; jsz: Jsz } | undefined;
  /** Why it told nothing. */
  fault?: string;
}

/** Asks all nodes, in connections of their own. */
export async function lookAtCluster(environment: Environment): Promise<ClusterView[]> {
  const sessions = natsSessions(environment);
  try {
    return await Promise.all(
      environment.nats.nodes.map(async (node): Promise<ClusterView> => {
        try {
          const system = await sessions.system(node);
          const [varz, routez, jsz] = await Promise.all([
            askServer(system, 'VARZ', NATS_TIMEOUT),
            askServer(system, 'ROUTEZ', NATS_TIMEOUT),
            askServer(system, 'JSZ', NATS_TIMEOUT, { accounts: true, streams: true, config: true }),
          ]);
          return { node: node.name, told: { varz, routez, jsz } };
        } catch (error) {
          return { node: node.name, told: undefined, fault: recogniseFault(error).message };
        }
      }),
    );
  } finally {
    await sessions.close();
  }
}

/**
 * What keeps the cluster from losing a node and nobody noticing: a node that does not answer, a route that is missing
 * in either direction, JetStream's nodes or a stream's replicas that are not current. None: it is whole.
 */
export function clusterTroubles(views: ClusterView[]): string[] {
  const silent = views.filter(({ told }) => told === undefined);
  if (silent.length > 0) return silent.map(({ node, fault }) => `${node} does not answer: ${fault}`);
  return [...routeTroubles(views), ...metaTroubles(views), ...streamTroubles(views)];
}

function routeTroubles(views: ClusterView[]): string[] {
  return views.flatMap(({ node, told }) => {
    const remotes = new Set((told?.routez.routes ?? []).map(({ remote_id }) => remote_id));
    return views
      .filter((other) => other.node !== node && !remotes.has(other.told?.varz.server_id ?? ''))
      .map((other) => `${node} has no route to ${other.node}`);
  });
}

function metaTroubles(views: ClusterView[]): string[] {
  if (views.length === 1) return [];
  const metas = views.map(({ node, told }) => ({ node, meta: told?.jsz.meta_cluster }));
  const leaders = new Set(metas.map(({ meta }) => meta?.leader ?? ''));
  const leader = metas.find(({ node, meta }) => meta?.leader === node);
  if (leaders.size !== 1 || leader === undefined) return ['JetStream has no leader that all nodes know'];
  const late = metas.filter(
    ({ node }) =>
      node !== leader.node &&
      !(leader.meta?.replicas ?? []).some((replica) => replica.name === node && isInStep(replica)),
  );
  return late.map(({ node }) => `JetStream on ${node} is not current, says ${leader.node}`);
}

/** Only a stream's leader knows its replicas. */
function streamTroubles(views: ClusterView[]): string[] {
  const held = views.flatMap(({ node, told }) =>
    (told?.jsz.account_details ?? []).flatMap(({ stream_detail = [] }) =>
      stream_detail.map(({ config, cluster }) => ({ node, name: config.name, cluster })),
    ),
  );
  const led = held.filter(({ node, cluster }) => cluster === undefined || cluster.leader === node);
  const leaders = new Set(led.map(({ name }) => name));
  const names = [...new Set(held.map(({ name }) => name))];
  return [
    ...names.filter((name) => !leaders.has(name)).map((name) => `stream ${name} has no leader`),
    ...led.flatMap(({ name, cluster }) =>
      (cluster?.replicas ?? [])
        .filter((replica) => !isInStep(replica))
        .map((replica) => `stream ${name} is not current on ${replica.name}`),
    ),
  ];
}
