import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { headers, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { GetRequestSchema, GetResponseSchema } from '../../../services/gen/settings_pb.js';
import { endpoint } from '../../../services/sdk/endpoint.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { embeddedLayout, taskAddress } from '../../../src/lib/fleet/embedded-layout.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';
import { serviceOf, writeCompanions } from '../helpers/image.ts';
import { startMetadata, TASK } from '../helpers/metadata.ts';
import { startNats, type TestNats } from '../helpers/nats.ts';
import { startTask, statusOf, type Task } from '../helpers/task.ts';

const SLOT = leaseSlot();
const port = embeddedLayout(SLOT, '', { shards: 3, replicasPerShard: 1 }).nats[0]?.clientPort ?? 0;
const SUBJECT = 'svc.settings.v1.get';

let folder: string;
let image: string;
let nats: TestNats;
let client: NatsConnection;
let metadata: Awaited<ReturnType<typeof startMetadata>>;
let task: Task | undefined;
let addresses = 0;
/** Handlers that wait, wait for these to be called. */
const waiting: (() => void)[] = [];
let sleeping = false;

/** One endpoint whose behaviour the request asks for. */
const parts: ServiceParts = {
  endpoints: () => ({
    get: endpoint(GetRequestSchema, GetResponseSchema, async ({ playerId }, { signal }) => {
      if (playerId === 'throws') throw new Error('the database password is 1234');
      if (playerId === 'waits') await new Promise<void>((resolve) => waiting.push(resolve));
      if (playerId === 'sleeps') sleeping = true;
      if (playerId === 'sleeps')
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      if (playerId === 'huge') return { settings: [{ key: 'x'.repeat(2 ** 20) }] };
      return { settings: [{ key: playerId }] };
    }),
  }),
};

const release = () => {
  for (const resolve of waiting.splice(0)) resolve();
};
const start = (holder = 'settings', from = image, of = parts) => {
  addresses++;
  const host = taskAddress(SLOT, addresses);
  task = startTask(of, { nats, holder, host, folder: from, metadataUri: metadata.uri });
  return task;
};
const request = (playerId: string, meta = {}) =>
  toBinary(GetRequestSchema, create(GetRequestSchema, { playerId, meta }));
const ask = async (data: Uint8Array) => {
  const msg = await client.request(SUBJECT, data, { timeout: 30_000 });
  return { ...fromBinary(GetResponseSchema, msg.data), headers: msg.headers };
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'task-'));
  mkdirSync(path.join(folder, 'tmp'));
  vi.stubEnv('TMPDIR', path.join(folder, 'tmp'));
  const get = serviceOf('settings')
    .endpoints.filter(({ name }) => name === 'get')
    .map((one) => ({ ...one, timeout: 1 }));
  image = writeCompanions(path.join(folder, 'image'), 'settings', { endpoints: get });
  nats = await startNats(path.join(folder, 'nats'), port);
  client = await nats.client();
  metadata = await startMetadata();
});

afterEach(async () => {
  await task?.stop();
  task = undefined;
  sleeping = false;
});

afterAll(async () => {
  metadata.close();
  await nats.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a task', () => {
  it('says in $SRV.PING and $SRV.INFO which task, revision and image it is', async () => {
    await start().ready;
    const ping = (await client.request('$SRV.PING.settings')).json();
    expect(ping).toMatchObject({ name: 'settings', version: '1.0.0', metadata: TASK });
    const info = (await client.request('$SRV.INFO.settings')).json();
    expect(info).toMatchObject({ endpoints: [{ name: 'get', subject: SUBJECT, queue_group: 'q.settings' }] });
  });

  it('repeats the ids of a request, and nothing else of its meta', async () => {
    await start().ready;
    const { meta } = await ask(
      request('x', { requestId: 'r', traceId: 't', userId: 'u', labels: { a: 'b' } }),
    );
    expect(meta).toMatchObject({ requestId: 'r', traceId: 't', userId: '', labels: {} });
  });

  it('answers bytes that are no request with INVALID_ARGUMENT', async () => {
    await start().ready;
    const { error, headers } = await ask(new Uint8Array([0xff, 0xff, 0xff]));
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect(headers?.get('Nats-Service-Error-Code')).toBe('400');
  });

  it('answers an exception with INTERNAL and an id that leads to it in the log, and with no word of it', async () => {
    const { ready, lines } = start();
    await ready;
    const { error, headers } = await ask(request('throws', { traceId: 'trace-1' }));
    expect(error?.code).toBe(Error_Code.INTERNAL);
    expect(`${error?.message} ${headers?.get('Nats-Service-Error')}`).not.toContain('password');
    const line = lines.find(({ errorId }) => errorId === error?.details.errorId);
    expect(line).toMatchObject({ traceId: 'trace-1', err: { message: 'the database password is 1234' } });
  });

  it('tells whoever waits too long so, and the handler to stop, by the contract or by what the caller has left', async () => {
    const { ready, lines } = start();
    await ready;
    const { error } = await ask(request('sleeps'));
    expect(error?.code).toBe(Error_Code.DEADLINE_EXCEEDED);
    await until('the handler to end', () => lines.some(({ msg }) => msg === 'ended after its deadline'));

    const told = headers();
    told.set('Gsys-Timeout-Ms', '1');
    const hurried = await client.request(SUBJECT, request('waits'), { timeout: 5_000, headers: told });
    expect(hurried.headers?.get('Nats-Service-Error-Code')).toBe('504');
    release();
  });

  it('counts requests, failures and the time they took in $SRV.STATS', async () => {
    await start().ready;
    await ask(request('x'));
    await ask(request('throws'));
    const stats = (await client.request('$SRV.STATS.settings')).json<{
      endpoints: { processing_time: number }[];
    }>();
    expect(stats.endpoints[0]).toMatchObject({ num_requests: 2, num_errors: 1 });
    expect(stats.endpoints[0]?.processing_time).toBeGreaterThan(0);
  });

  it('refuses at once what would wait behind 256 others, and takes more when they are done', async () => {
    await start().ready;
    const others = Array.from({ length: 256 }, () => ask(request('waits')));
    await until('them to arrive', () => waiting.length === others.length);
    expect((await ask(request('x'))).error?.code).toBe(Error_Code.RESOURCE_EXHAUSTED);
    release();
    await Promise.all(others);
    expect((await ask(request('x'))).error).toBeUndefined();
  });

  it('answers with a failure what is too large for NATS, which would end the connection', async () => {
    await start().ready;
    expect((await ask(request('huge'))).error?.code).toBe(Error_Code.RESOURCE_EXHAUSTED);
  });

  it('answers what it has begun when it is stopped, takes nothing new, and leaves no key behind', async () => {
    const { ready, stop, healthUrl } = start();
    await ready;
    const reply = ask(request('waits'));
    await until('the request to arrive', () => waiting.length === 1);
    const stopped = stop();
    await until('new requests to find nobody', () =>
      client.request(SUBJECT, request('y')).then(
        () => false,
        (error: { code?: string }) => error.code === '503',
      ),
    );
    expect(await statusOf(`${healthUrl}/health`)).toBe(503);
    release();
    expect((await reply).settings[0]?.key).toBe('waits');
    await stopped;
    expect(await statusOf(`${healthUrl}/health`)).toBe(0);
    expect(readdirSync(tmpdir())).toEqual([]);
  });

  it('tells whoever it cannot wait for to ask elsewhere, and the handler to stop', async () => {
    const other = writeCompanions(path.join(folder, 'slow'), 'settings', {
      endpoints: serviceOf('settings').endpoints.flatMap((one) =>
        one.name === 'get' ? [{ ...one, timeout: 300 }] : [],
      ),
    });
    const { ready, stop } = start('settings', other);
    await ready;
    const reply = client.request(SUBJECT, request('sleeps'), { timeout: 60_000 });
    await until('the request to arrive', () => sleeping);
    await stop();
    expect((await reply).headers?.get('Nats-Service-Error-Code')).toBe('503');
  });

  it('is ready when what it needs is there, and lets go of it when it leaves', async () => {
    const said: string[] = [];
    let come = () => {};
    const there = new Promise<void>((resolve) => {
      come = resolve;
    });
    const letGo = async () => void said.push('let go');
    const needy: ServiceParts = {
      endpoints: (context) => {
        context.need({ untilThere: () => there, letGo });
        return parts.endpoints(context);
      },
    };
    const { ready, stop, healthUrl } = start('settings', image, needy);
    void ready.then(() => said.push('ready'));
    await until('the listener', async () => (await statusOf(`${healthUrl}/health`)) === 503);
    come();
    said.push('there');
    await ready;
    await stop();
    expect(said).toEqual(['there', 'ready', 'let go']);
  });

  it('does not start when its handlers are not its contract', async () => {
    addresses++;
    const other = writeCompanions(path.join(folder, 'other'), 'settings');
    const host = taskAddress(SLOT, addresses);
    task = startTask(parts, { nats, holder: 'settings', host, folder: other });
    await expect(task.ready).rejects.toThrow('update has no handler');
  });
});

describe('its health', () => {
  it('waits for NATS, outlives it, and follows it in /ready alone', async () => {
    await nats.stop();
    const { ready, healthUrl, lines } = start();
    await until('the listener', async () => (await statusOf(`${healthUrl}/health`)) === 503);
    await until('a reason in the log', () =>
      lines.some(({ msg }) => msg === 'not connected to NATS, trying on'),
    );

    await nats.start();
    await ready;
    expect(await both(healthUrl)).toEqual([200, 200]);

    await nats.stop();
    await until('/ready to notice', async () => (await statusOf(`${healthUrl}/ready`)) === 503);
    expect(await statusOf(`${healthUrl}/health`)).toBe(200);

    await nats.start();
    await until('/ready to come back', async () => (await statusOf(`${healthUrl}/ready`)) === 200);
    await until('the test’s own client', () =>
      client.flush().then(
        () => true,
        () => false,
      ),
    );
    expect((await ask(request('again'))).settings[0]?.key).toBe('again');
  });

  it.each(['/', '/healthXYZ', '/health/', '/HEALTH'])('is not found at %s', async (path) => {
    const { ready, healthUrl } = start();
    await ready;
    expect(await statusOf(`${healthUrl}${path}`)).toBe(404);
  });

  it('never is good while the server refuses a subscription, and is when it allows it', async () => {
    await nats.stop();
    await nats.start({ permissions: { settings: '{ subscribe: { deny: ["svc.>"] } }' } });
    const { ready, healthUrl, lines } = start();
    await until('the refusal', () =>
      lines.some(({ msg }) => msg === 'subscriptions were refused, trying again'),
    );
    expect(await both(healthUrl)).toEqual([503, 503]);
    nats.reload();
    await ready;
    expect(await both(healthUrl)).toEqual([200, 200]);
  });

  it('lives through a time in which its certificate is refused', async () => {
    const { ready, healthUrl, lines } = start();
    await ready;
    await nats.stop();
    await nats.start({ without: ['settings'] });
    const refusals = () => lines.filter(({ msg }) => msg === 'refused by NATS').length;
    await until('several refusals', () => refusals() > 3);
    expect(await both(healthUrl)).toEqual([200, 503]);
    nats.reload();
    await until('/ready to come back', async () => (await statusOf(`${healthUrl}/ready`)) === 200);
  });
});

async function both(url: string): Promise<number[]> {
  return Promise.all([statusOf(`${url}/health`), statusOf(`${url}/ready`)]);
}
