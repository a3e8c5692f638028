import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { type CoreServices, createCoreServices } from '../../../../src/local/aws/core-services.ts';
import type { Gate } from '../../../../src/local/aws/gate.ts';
import { createEndpoint } from '../../../../src/local/aws/server.ts';
import type { AwsService } from '../../../../src/local/aws/service.ts';
import type { Instance } from '../../../../src/local/aws/ssm/commands.ts';
import { openStore } from '../../../../src/local/store.ts';

/** The real endpoint on a free port, over a folder of its own. */
export interface TestEndpoint extends CoreServices {
  url: string;
  host: string;
  folder: string;
  /** Faults that the endpoint reported. */
  errors: unknown[];
  /** Moves the endpoint's clock; milliseconds. */
  advance(by: number): void;
  now(): number;
  /** For the constructor of any SDK client. */
  client: {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** Ends the server and starts another from the same folder. */
  restart(): Promise<TestEndpoint>;
  close(): Promise<void>;
}

export async function startEndpoint({
  folder,
  services = [],
  gates = [],
  instances = [],
  timeScale = 1,
  port = 0,
}: {
  folder?: string;
  services?: AwsService[];
  gates?: Gate[];
  instances?: Instance[];
  timeScale?: number;
  /** Any that is free, unless given. */
  port?: number;
} = {}): Promise<TestEndpoint> {
  const root = folder ?? (await mkdtemp(path.join(os.tmpdir(), 'gsys-aws-')));
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  let offset = 0;
  const clock = () => Date.now() + offset;
  const store = openStore(path.join(root, 'store'), { onError });
  let host = '';
  const context = {
    region: 'us-east-1',
    account: '000000000000',
    clock,
    timeScale,
    randomId: randomUUID,
    store,
    folder: root,
    host: () => host,
    onError,
  };
  const core = createCoreServices(context, instances);
  const server = createEndpoint({
    services: [...core.services, ...services],
    routes: core.routes,
    gates,
    randomId: randomUUID,
    onError,
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    core.close();
    await store.close();
  };
  return {
    ...core,
    url: `http://${host}`,
    host,
    folder: root,
    errors,
    advance: (by) => {
      offset += by;
    },
    now: clock,
    client: {
      region: 'us-east-1',
      endpoint: `http://${host}`,
      credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
      maxAttempts: 1,
    },
    async restart() {
      const { port: same } = server.address() as AddressInfo;
      await stop();
      return await startEndpoint({ folder: root, services, gates, instances, timeScale, port: same });
    },
    async close() {
      await stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** The code of the AWS error that a call ended with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as Error).name;
  }
  return 'no error';
}
