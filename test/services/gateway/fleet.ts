import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { NatsConnection } from 'nats';
import { gatewayParts } from '../../../services/gateway/parts.ts';
import type { Route } from '../../../services/gateway/routes.ts';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { type GetRequest, GetRequestSchema, GetResponseSchema } from '../../../services/gen/settings_pb.js';
import { embeddedLayout, taskAddress } from '../../../src/lib/fleet/embedded-layout.ts';
import { ROOT, writeCompanions } from '../helpers/image.ts';
import { startMetadata } from '../helpers/metadata.ts';
import { startNats, type TestNats } from '../helpers/nats.ts';
import { startTask, type Task } from '../helpers/task.ts';

/** A gateway before a NATS server on which the test itself plays the services. */
export interface GatewayFleet {
  nats: TestNats;
  client: NatsConnection;
  gateway: Task;
  /** The last request that reached the service. */
  seen(): GetRequest;
  /** A second gateway, whose contracts have auth.v1. */
  startWithAuth(): Task;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  close(): Promise<void>;
}

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the test says it is
  body: any;
}

const base = {
  method: 'POST',
  aliases: [],
  timeoutMs: 2_000,
  idempotent: true,
  streaming: false,
  service: 'settings',
};
const messages = { request: 'settings.v1.GetRequest', response: 'settings.v1.GetResponse' };
const route = (route: Partial<Route>) => ({
  ...base,
  ...messages,
  subject: 'svc.settings.v1.get',
  auth: 'none',
  ...route,
});

const ROUTES = [
  route({ path: '/settings/get', aliases: ['/preferences'] }),
  route({ path: '/settings/{player_id}/get' }),
  route({ path: '/settings/fixed/get', subject: 'svc.settings.v1.fixed' }),
  route({
    path: '/settings/update',
    ...{ request: 'settings.v1.UpdateRequest', response: 'settings.v1.UpdateResponse' },
  }),
  route({ path: '/nobody', subject: 'svc.nobody.v1.get' }),
  route({ path: '/silent', subject: 'svc.silent.v1.get', timeoutMs: 150 }),
  route({ path: '/garbage', subject: 'svc.garbage.v1.get' }),
  route({ path: '/private', auth: 'session' }),
];

export async function startGatewayFleet(slot: number): Promise<GatewayFleet> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-'));
  const port = embeddedLayout(slot, '', { shards: 3, replicasPerShard: 1 }).nats[0]?.clientPort ?? 0;
  const nats = await startNats(path.join(folder, 'nats'), port);
  const client = await nats.client();
  let seen: GetRequest | undefined;
  client.subscribe('svc.settings.v1.get', {
    callback: (_, msg) => {
      seen = fromBinary(GetRequestSchema, msg.data);
      msg.respond(toBinary(GetResponseSchema, create(GetResponseSchema, replyTo(seen))));
    },
  });
  client.subscribe('svc.silent.v1.get', { callback: () => undefined });
  client.subscribe('svc.garbage.v1.get', {
    callback: (_, msg) => void msg.respond(new Uint8Array([255, 255])),
  });
  await client.flush();

  const metadata = await startMetadata();
  let count = 0;
  const tasks: Task[] = [];
  const start = (image: string) => {
    count++;
    writeFileSync(path.join(image, 'routes.json'), JSON.stringify(ROUTES));
    const task = startTask(gatewayParts, {
      nats,
      holder: 'gateway',
      host: taskAddress(slot, count),
      folder: image,
      metadataUri: metadata.uri,
    });
    tasks.push(task);
    return task;
  };
  const gateway = start(writeCompanions(path.join(folder, 'image'), 'gateway'));
  await gateway.ready;

  return {
    nats,
    client,
    gateway,
    seen: () => seen as GetRequest,
    startWithAuth: () => {
      const image = writeCompanions(path.join(folder, 'image-auth'), 'gateway');
      buildContractsWithAuth(path.join(folder, 'proto'), path.join(image, 'descriptors.binpb'));
      return start(image);
    },
    post: (path, body, headers) => post(`${gateway.url}${path}`, body, headers),
    close: async () => {
      await Promise.all(tasks.map((task) => task.stop()));
      metadata.close();
      await nats.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param body is sent as it is when it is text, else as JSON */
export async function post(
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method: 'POST',
    headers,
    ...(text === undefined ? {} : { body: text }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** A player id that is a code's name is answered with that error. */
function replyTo({ playerId, meta }: GetRequest): MessageInitShape<typeof GetResponseSchema> {
  const code = Error_Code[playerId as keyof typeof Error_Code];
  if (code === undefined)
    return { meta: { requestId: meta?.requestId ?? '' }, settings: [{ key: playerId }] };
  return { error: { code, message: `as asked: ${playerId}`, details: { a: 'b' } } };
}

function buildContractsWithAuth(folder: string, output: string): void {
  cpSync(path.join(ROOT, 'proto'), folder, { recursive: true });
  cpSync(path.join(ROOT, 'test/services/gateway/fixtures/auth.proto'), path.join(folder, 'auth.proto'));
  execFileSync(path.join(ROOT, 'node_modules/.bin/buf'), ['build', folder, '-o', output]);
}
