import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { EmbeddedLayout } from '../../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import { createAutoscaling } from '../aws/autoscaling/autoscaling.ts';
import type { AwsContext } from '../aws/context.ts';
import { createCoreServices } from '../aws/core-services.ts';
import type { Gate } from '../aws/gate.ts';
import type { HttpRoute } from '../aws/http-route.ts';
import type { SecretsManager } from '../aws/secrets-manager/secrets-manager.ts';
import { createEndpoint } from '../aws/server.ts';
import type { AwsService } from '../aws/service.ts';
import { createEcs, type OpenRuntime } from '../ecs/ecs.ts';
import { portTaken } from '../free-ports.ts';
import { createFront } from '../front.ts';
import type { Journal } from '../journal.ts';
import type { TaskView } from '../ports.ts';
import { createClock } from '../runtime/clock.ts';
import { openStore } from '../store.ts';

export interface AwsSide {
  secrets: SecretsManager;
  services: AwsService[];
  tasks(): TaskView[];
  /** Opens the endpoint and the gateway's front, then brings services back to where they should be. */
  listen(routes: HttpRoute[], gates: Gate[]): Promise<void>;
  /** Lets no more connections in and drains every task. */
  stopTasks(): Promise<void>;
  /** Closes the endpoint and leaves the state on disk. */
  close(): Promise<void>;
}

export interface AwsSidePlan {
  fleet: Fleet;
  layout: EmbeddedLayout;
  journal: Journal;
  openRuntime: OpenRuntime;
  /** How many scheduler and health seconds pass in a real one. */
  timeScale: number;
  /** Told of each health command: pid of its container's first process, and its own. */
  onHealthCommand(container: number, command: number): void;
  onError(error: unknown): void;
}

/** The AWS services of the platform, over the state that is kept, and the tasks that ECS runs. */
export async function openAwsSide({
  fleet,
  layout,
  journal,
  openRuntime,
  timeScale,
  onHealthCommand,
  onError,
}: AwsSidePlan): Promise<AwsSide> {
  const folder = path.join(layout.stateDir, 'aws');
  const store = openStore(folder, { onError });
  const { region, account, cluster } = fleet.environment;
  const context: AwsContext = {
    region,
    account,
    clock: Date.now,
    timeScale,
    randomId: randomUUID,
    store,
    folder,
    host: () => `127.0.0.1:${layout.endpointPort}`,
    onError,
  };
  const core = createCoreServices(context, layout.nats);
  const clock = createClock(timeScale);
  const ecs = await createEcs({
    region,
    account,
    slot: layout.slot,
    clock,
    randomId: randomUUID,
    store,
    images: core.images,
    logs: core.logs,
    secrets: core.secrets,
    alarms: core.alarms,
    metrics: core.metrics,
    journal,
    openRuntime,
    folder: path.join(layout.stateDir, 'ecs'),
    metadataUrl: () => `http://127.0.0.1:${layout.endpointPort}`,
    onHealthCommand,
    onError,
  });
  const autoscaling = createAutoscaling({
    ...context,
    elapsed: clock.elapsed,
    services: ecs.scaling,
    alarms: core.alarms,
  });
  core.alarmActions.push(autoscaling.action);
  const gateway = fleet.services.find(({ kind }) => kind === 'gateway');
  const front = createFront(() => (gateway === undefined ? [] : ecs.targets(gateway.ecsService)));
  const services = [...core.services, ecs.service, autoscaling.service];
  let closeEndpoint = async () => {};
  return {
    secrets: core.secretsManager,
    services,
    tasks: ecs.tasks,
    async listen(routes, gates) {
      const all = [...routes, ...core.routes, ecs.metadata];
      const server = createEndpoint({ services, routes: all, gates, randomId: randomUUID, onError });
      await new Promise<void>((resolve, reject) => {
        server.once('error', () => reject(portTaken(layout.endpointPort, layout.slot)));
        server.listen(layout.endpointPort, '127.0.0.1', resolve);
      });
      closeEndpoint = async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      };
      await front.listen(layout.gatewayPort).catch(() => {
        throw portTaken(layout.gatewayPort, layout.slot);
      });
      await ecs.service.operations.CreateCluster?.(
        { clusterName: cluster, settings: [{ name: 'containerInsights', value: 'enabled' }] },
        { accessKeyId: 'gsys', region },
      );
      ecs.start();
    },
    async stopTasks() {
      await front.close();
      await ecs.stop();
    },
    async close() {
      await closeEndpoint();
      core.close();
      await store.close();
    },
  };
}
