import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import type { Link } from '../../../services/sdk/connect.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { taskAddress } from '../../../src/lib/fleet/embedded-layout.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { natsUser, OPERATOR } from '../../../src/lib/fleet/identity.ts';
import { connectNats } from '../../../src/lib/nats/connect.ts';
import { inboxPrefix } from '../../../src/lib/nats/permissions.ts';
import { type NatsCluster, startNats } from '../../lib/nats/cluster.ts';
import { CALLED, FLEET } from '../../support/kept/kept.ts';
import { leaseSlot } from '../../support/slot.ts';
import { serviceOf, writeCompanionsOf } from './image.ts';
import { openLink, type TestLink } from './link.ts';
import { startRedis, type TestRedis } from './redis.ts';
import { startTask, type Task } from './task.ts';

/** A cluster of three with the definition's own permissions, and tasks of its services. */
export interface Lab {
  cluster: NatsCluster;
  operator: NatsConnection;
  /** As another holder. */
  as(holder: string): Promise<NatsConnection>;
  /** A task's way to NATS without a task around it. */
  link(holder: string): Promise<Link>;
  /** One task more. */
  start(service: string, parts: ServiceParts): Promise<Task>;
  /** Redis for the tasks that are started from now on. */
  addRedis(): Promise<TestRedis>;
  /** Asks as the operator would. */
  ask<I extends DescMessage, O extends DescMessage>(
    subject: string,
    request: I,
    response: O,
    init: MessageInitShape<I>,
  ): Promise<MessageShape<O>>;
  stop(): Promise<void>;
}

/** Somebody who is called back, and has events of its own. */
const CALLED_SERVICE: Partial<Service> = {
  name: CALLED,
  callbacks: true,
  endpoints: [],
  publishes: ['evt.>'],
  consumes: [],
  state: { kv: [], stream: [] },
};

/**
 * @param names of the definition's services; `called` is there besides, and may listen to cb.called.> and publish evt.>
 * @param changes to their definitions
 */
export async function startLab(
  names: string[],
  changes: Record<string, Partial<Service>> = {},
): Promise<Lab> {
  const known = names.map((name) => ({ ...serviceOf(name), ...changes[name] }));
  const services = [...known, { ...(known[0] as Service), ...CALLED_SERVICE }].map((service) => ({
    ...service,
    user: natsUser(FLEET, service.name),
  }));
  const one = (name: string) => services.find((service) => service.name === name) as Service;
  const cluster = await startNats({ size: 3, services });
  const connections: NatsConnection[] = [];
  const as = async (holder: string) => {
    const nc = await connectNats({
      to: cluster.nodes.map(({ host, clientPort }) => `${host}:${clientPort}`),
      identity: cluster.identity(holder),
      ca: cluster.ca,
      inboxPrefix: inboxPrefix(holder),
      name: holder,
      timeout: 5000,
    });
    connections.push(nc);
    return nc;
  };
  const operator = await as(OPERATOR);
  const tasks: Task[] = [];
  const links: TestLink[] = [];
  const slot = leaseSlot();
  let redis: TestRedis | undefined;
  /** A task trusts whoever made the certificates of what it connects to. */
  const bundleFor = (holder: string) => {
    const bundle = JSON.parse(bundleOf(cluster, holder));
    const also = redis ? readFileSync(redis.tlsFiles.caFile, 'utf8') : '';
    return JSON.stringify({ ...bundle, ca: bundle.ca + also });
  };
  const natsOf = (node = cluster.nodes[0]) => ({
    url: `tls://127.0.0.1:${node?.clientPort}`,
    bundle: bundleFor,
  });
  return {
    cluster,
    operator,
    as,
    link: async (holder) => {
      const opened = await openLink(natsOf(), holder);
      links.push(opened);
      return opened.link;
    },
    start: async (service, parts) => {
      const node = cluster.nodes[tasks.length % cluster.nodes.length];
      const task = startTask(parts, {
        nats: natsOf(node),
        ...(redis && { redis }),
        host: taskAddress(slot, tasks.length + 1),
        folder: writeCompanionsOf(path.join(cluster.dir, 'image', service), one(service), services),
        holder: service,
      });
      tasks.push(task);
      await task.ready;
      return task;
    },
    ask: async (subject, request, response, init) => {
      const { data } = await operator.request(subject, toBinary(request, create(request, init)), {
        // More than a request has that may be repeated.
        timeout: 20_000,
      });
      return fromBinary(response, data);
    },
    addRedis: async () => {
      redis = await startRedis(readFileSync(cluster.ca, 'utf8'));
      return redis;
    },
    stop: async () => {
      await Promise.all(tasks.map((task) => task.stop()));
      await Promise.all(links.map((link) => link.close()));
      await redis?.stop();
      await Promise.all(connections.map((nc) => nc.close()));
      await cluster.stop();
    },
  };
}

/** A task's secret. */
export function bundleOf(cluster: NatsCluster, holder: string): string {
  const { cert, key } = cluster.identity(holder);
  const [certPem, keyPem, ca] = [cert, key, cluster.ca].map((file) => readFileSync(file, 'utf8'));
  return JSON.stringify({ cert: certPem, key: keyPem, ca });
}
