import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gatewayParts } from '../../../services/gateway/parts.ts';
import { UpdateRequestSchema, UpdateResponseSchema } from '../../../services/gen/settings_pb.js';
import { endpoint, streamingEndpoint } from '../../../services/sdk/endpoint.ts';
import { Code, ServiceError } from '../../../services/sdk/errors.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { embeddedLayout, taskAddress } from '../../../src/lib/fleet/embedded-layout.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';
import { serviceOf, writeCompanions } from '../helpers/image.ts';
import { startNats, type TestNats } from '../helpers/nats.ts';
import { startTask, type Task } from '../helpers/task.ts';

const SLOT = leaseSlot();
const port = embeddedLayout(SLOT, '', { shards: 3, replicasPerShard: 1 }).nats[0]?.clientPort ?? 0;
const update = serviceOf('settings').endpoints.find(({ name }) => name === 'update');
const messages = { request: 'settings.v1.UpdateRequest', response: 'settings.v1.UpdateResponse' };
const ENDPOINTS = [
  { ...update, ...messages, name: 'update', subject: 'svc.settings.v1.update', timeout: 60 },
  { ...update, ...messages, name: 'tell', subject: 'svc.settings.v1.tell', timeout: 60, streaming: true },
];
const base = {
  method: 'POST',
  aliases: [],
  auth: 'none',
  idempotent: false,
  service: 'settings',
  ...messages,
};
const ROUTES = [
  { ...base, path: '/update', subject: 'svc.settings.v1.update', streaming: false },
  { ...base, path: '/update', subject: 'svc.settings.v1.tell', streaming: true, when: 'merge' },
  { ...base, path: '/nobody', subject: 'svc.nobody.v1.tell', streaming: true },
  { ...base, path: '/only', subject: 'svc.settings.v1.tell', streaming: true, when: 'merge' },
].map((route) => ({ ...route, timeoutMs: 60_000 }));

let folder: string;
let nats: TestNats;
let service: Task;
let gateway: Task;
let addresses = 0;
/** Handlers that wait, by player, and why they were left. */
const waiting = new Map<string, () => void>();
let left: string[] = [];

const parts: ServiceParts = {
  endpoints: () => ({
    update: endpoint(UpdateRequestSchema, UpdateResponseSchema, async () => ({ updatedCount: 7 })),
    tell: streamingEndpoint(UpdateRequestSchema, UpdateResponseSchema, async function* (request, { signal }) {
      const { playerId, settings } = request;
      if (playerId === 'refuses') throw new ServiceError(Code.NOT_FOUND, 'no such player');
      try {
        for (let i = 0; i < settings.length; i++) yield { updatedCount: i };
        if (playerId === 'breaks') throw new Error('a secret');
        if (playerId.startsWith('waits'))
          await new Promise<void>((resolve) => {
            waiting.set(playerId, resolve);
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        if (playerId === 'floods') for (;;) yield { updatedKeys: ['x'.repeat(60_000)] };
        yield { updatedKeys: ['end'] };
      } finally {
        if (signal.aborted) left.push(playerId);
      }
    }),
  }),
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'streams-'));
  nats = await startNats(path.join(folder, 'nats'), port);
  service = startTask(parts, {
    ...{ nats, holder: 'settings', host: nextAddress() },
    folder: writeCompanions(path.join(folder, 'settings'), 'settings', { endpoints: ENDPOINTS as never }),
  });
  await service.ready;
  gateway = await startGateway();
});
afterEach(() => {
  left = [];
  waiting.clear();
});
afterAll(async () => {
  await gateway.stop();
  await service.stop();
  await nats.close();
  rmSync(folder, { recursive: true, force: true });
});

function nextAddress(): string {
  addresses++;
  return taskAddress(SLOT, addresses);
}

async function startGateway(): Promise<Task> {
  const image = writeCompanions(path.join(folder, 'gateway'), 'gateway');
  writeFileSync(path.join(image, 'routes.json'), JSON.stringify(ROUTES));
  const task = startTask(gatewayParts, { nats, holder: 'gateway', host: nextAddress(), folder: image });
  await task.ready;
  return task;
}

const bodyOf = (playerId: string, count: number) =>
  JSON.stringify({ playerId, merge: true, settings: Array(count).fill({}) });
const post = (playerId: string, count = 1, at = '/update', to = gateway, init: RequestInit = {}) =>
  fetch(`${to.url}${at}`, { method: 'POST', body: bodyOf(playerId, count), ...init });
/** Of the events, what is not the meta that each has. */
const eventsIn = (text: string) =>
  text.split('\n\n').flatMap((frame) => {
    if (!frame.startsWith('data: ')) return [];
    const { meta: _, ...event } = JSON.parse(frame.slice('data: '.length));
    return [event];
  });

describe('a reply in parts, over HTTP', () => {
  it('comes as one event a part, every one of them, in order', async () => {
    const response = await post('p', 500);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const events = eventsIn(await response.text());
    expect(events).toHaveLength(501);
    expect(events[0]).toEqual({});
    expect(events.slice(1, 500).map(({ updatedCount }) => updatedCount)).toEqual(
      Array.from({ length: 499 }, (_, i) => i + 1),
    );
    expect(events[500]).toEqual({ updatedKeys: ['end'] });
  });

  it('is chosen by a field of the request, where two routes share a path', async () => {
    const body = JSON.stringify({ playerId: 'p' });
    const plain = await fetch(`${gateway.url}/update`, { method: 'POST', body });
    expect(await plain.json()).toMatchObject({ updatedCount: 7 });
    expect((await fetch(`${gateway.url}/only`, { method: 'POST', body })).status).toBe(404);
  });

  it('that fails before its first part is a failure with its status', async () => {
    const response = await post('refuses');
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/json']);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND', message: 'no such player' } });
    const nobody = await post('p', 1, '/nobody');
    expect([nobody.status, nobody.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it('that fails later ends with the failure as its last event', async () => {
    const text = await (await post('breaks', 2)).text();
    const events = eventsIn(text);
    expect(events.slice(0, 2)).toEqual([{}, { updatedCount: 1 }]);
    expect(events[2]).toMatchObject({ error: { code: 'INTERNAL', requestId: expect.any(String) } });
    expect(text).not.toContain('secret');
  });

  it('says that it is alive every ten seconds while there is nothing else', async () => {
    const response = await post('waits', 1);
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (text.includes(': alive\n\n')) waiting.get('waits')?.();
    }
    expect(eventsIn(text)).toEqual([{}, { updatedKeys: ['end'] }]);
  });
});

describe('a client', () => {
  it('that goes away ends the work behind it', async () => {
    const leaving = new AbortController();
    const response = await post('waits', 1, '/update', gateway, { signal: leaving.signal });
    await until('the handler to wait', () => waiting.has('waits'));
    leaving.abort();
    await until('the handler to stop', () => left.includes('waits'));
    await response.text().catch(() => undefined);
    expect(gateway.lines.filter(({ level }) => level === 50)).toEqual([]);
  });

  it('that goes away before the first part ends the work behind it too', async () => {
    const leaving = new AbortController();
    const response = post('waits', 0, '/update', gateway, { signal: leaving.signal }).catch(() => undefined);
    await until('the handler to wait', () => waiting.has('waits'));
    leaving.abort();
    await response;
    await until('the handler to stop', () => left.includes('waits'));
  });

  it('that takes nothing ends the work behind it', async () => {
    const response = await unread(gateway.url, bodyOf('floods', 1));
    await until('the handler to stop', () => left.includes('floods'));
    response.destroy();
  });

  it('is told when to come again while a hundred others are served, and is served when one of them is done', async () => {
    const others = await Promise.all(Array.from({ length: 100 }, (_, i) => post(`waits ${i}`)));
    const refused = await post('p');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    await until('all to wait', () => waiting.size === 100);
    waiting.get('waits 0')?.();
    await others[0]?.text();
    await until('room', async () => (await post('p')).status === 200);
    for (const finish of waiting.values()) finish();
    const texts = await Promise.all(others.slice(1).map((other) => other.text()));
    expect(texts.every((text) => eventsIn(text).length === 2)).toBe(true);
  });
});

it('a gateway that leaves lets streams end, and tells those that do not', async () => {
  const leaving = await startGateway();
  const ends = await post('waits a', 1, '/update', leaving);
  const stays = await post('waits b', 1, '/update', leaving);
  await until('both to wait', () => waiting.size === 2);
  const stopped = leaving.stop();
  waiting.get('waits a')?.();
  expect(eventsIn(await ends.text())).toEqual([{}, { updatedKeys: ['end'] }]);
  const events = eventsIn(await stays.text());
  expect(events.at(-1)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  await stopped;
  await until('the handler to stop', () => left.includes('waits b'));
});

/** A response whose body nobody reads. */
function unread(url: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}/update`, { method: 'POST' }, (response) => {
      response.pause();
      response.on('error', () => undefined);
      resolve(response);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
