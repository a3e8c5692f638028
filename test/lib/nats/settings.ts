import { connect } from 'nats';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { natsUser } from '../../../src/lib/fleet/identity.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { FLEET } from '../../support/kept/kept.ts';
import type { NatsCluster } from './cluster.ts';

const definition = await loadFleet({ from: import.meta.dirname });

/** The definition's own settings service, as a user of the test's fleet. */
export const SETTINGS: Service = {
  ...(definition.services.find(({ name }) => name === 'settings') as Service),
  user: natsUser(FLEET, 'settings'),
};

export interface Instance {
  id: string;
  stop(): Promise<void>;
}

/** One instance of an ADR-32 service that answers `get` with the bytes it is told, on a node of its own. */
export async function startSettings(
  cluster: NatsCluster,
  node: number,
  answer: (respond: { reply(bytes?: Uint8Array): void; fail(code: number, text: string): void }) => void = (
    to,
  ) => to.reply(),
  metadata: Record<string, string> = {},
): Promise<Instance> {
  const { host, clientPort } = cluster.nodes[node] as NatsCluster['nodes'][number];
  const { cert, key } = cluster.identity('settings');
  const nc = await connect({
    servers: `${host}:${clientPort}`,
    tls: { certFile: cert, keyFile: key, caFile: cluster.ca },
    inboxPrefix: '_INBOX_settings',
    ignoreClusterUpdates: true,
  });
  const service = await nc.services.add({
    name: 'settings',
    version: '1.0.0',
    metadata,
  });
  service.addEndpoint('get', {
    subject: 'svc.settings.v1.get',
    queue: 'q.settings',
    handler: (_error, msg) =>
      answer({
        reply: (bytes) => void msg.respond(bytes),
        fail: (code, text) => void msg.respondError(code, text),
      }),
  });
  await nc.flush();
  return { id: service.info().id, stop: () => nc.close() };
}
