import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { EmbeddedLayout } from '../../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import type { AwsContext } from '../aws/context.ts';
import type { HttpRoute } from '../aws/http-route.ts';
import { createSecretsManager, type SecretsManager } from '../aws/secrets-manager/secrets-manager.ts';
import { createEndpoint } from '../aws/server.ts';
import { createSts } from '../aws/sts.ts';
import { portTaken } from '../free-ports.ts';
import type { TaskView } from '../ports.ts';
import { openStore } from '../store.ts';

export interface AwsSide {
  secrets: SecretsManager;
  tasks(): TaskView[];
  /** Opens the endpoint: from here on clients are served. */
  listen(routes: HttpRoute[]): Promise<void>;
  stop(): Promise<void>;
}

export interface AwsSidePlan {
  fleet: Fleet;
  layout: EmbeddedLayout;
  onError(error: unknown): void;
}

/** The AWS services of the platform, over the state that is kept. */
export function openAwsSide({ fleet, layout, onError }: AwsSidePlan): AwsSide {
  const folder = path.join(layout.stateDir, 'aws');
  const store = openStore(folder, { onError });
  const context: AwsContext = {
    region: fleet.environment.region,
    account: fleet.environment.account,
    clock: Date.now,
    randomId: randomUUID,
    store,
    folder,
    host: () => `127.0.0.1:${layout.endpointPort}`,
    onError,
  };
  const secrets = createSecretsManager(context);
  const services = [secrets.service, createSts(context)];
  let close = async () => {};
  return {
    secrets,
    tasks: () => [],
    async listen(routes) {
      const server = createEndpoint({ services, routes, randomId: randomUUID, onError });
      await new Promise<void>((resolve, reject) => {
        server.once('error', () => reject(portTaken(layout.endpointPort, layout.slot)));
        server.listen(layout.endpointPort, '127.0.0.1', resolve);
      });
      close = async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      };
    },
    async stop() {
      await close();
      await store.close();
    },
  };
}
