import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Error_Code } from '../../../services/gen/common_pb.js';
import { leaseSlot } from '../../support/slot.ts';
import { TASK } from '../helpers/metadata.ts';
import { type GatewayFleet, startGatewayFleet } from './fleet.ts';

const SLOT = leaseSlot();
let fleet: GatewayFleet;
beforeAll(async () => {
  fleet = await startGatewayFleet(SLOT);
});
afterAll(() => fleet.close());

describe('the gateway', () => {
  it('answers a route with the service’s reply in JSON', async () => {
    const { status, body } = await fleet.post('/settings/get', { playerId: 'p', settingKeys: ['language'] });
    expect([status, body.settings]).toEqual([200, [{ key: 'p' }]]);
    expect(fleet.seen()).toMatchObject({ playerId: 'p', settingKeys: ['language'] });
  });

  it('says which of its tasks answered, a failure too', async () => {
    for (const route of ['/settings/get', '/nobody']) {
      const { headers } = await fleet.post(route);
      expect(headers.get('x-task-id')).toBe(TASK.taskArn.split('/').at(-1));
    }
  });

  it('takes a field by either of its names, and a route by its alias', async () => {
    expect((await fleet.post('/preferences?x=1', { player_id: 'p' })).body.settings).toEqual([{ key: 'p' }]);
  });

  it.each([[undefined], [''], ['{}']])(
    'takes %j as a request whose fields are all defaults',
    async (body) => {
      expect((await fleet.post('/settings/get', body)).status).toBe(200);
      expect(fleet.seen().playerId).toBe('');
    },
  );

  it('fills parameters of the path into the request, decoded', async () => {
    await fleet.post('/settings/a%2Fb%20c/get', { settingKeys: ['x'] });
    expect(fleet.seen()).toMatchObject({ playerId: 'a/b c', settingKeys: ['x'] });
  });

  it('prefers a literal path to a parameter', async () => {
    expect((await fleet.post('/settings/fixed/get')).status).toBe(503);
  });

  it('is a micro service that any NATS tool finds', async () => {
    expect((await fleet.client.request('$SRV.PING.gateway')).json()).toMatchObject({ name: 'gateway' });
  });

  it('tells the service who asks, and invents what nobody says', async () => {
    const { headers } = await fleet.post(
      '/settings/get',
      {},
      { 'x-client-id': 'game', 'idempotency-key': 'k1' },
    );
    const { meta } = fleet.seen();
    expect(meta).toMatchObject({
      clientId: 'game',
      idempotencyKey: 'k1',
      requestId: headers.get('x-request-id'),
    });
    expect(meta?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(meta?.timestamp?.seconds).toBeGreaterThan(0n);
  });

  it.each([
    [{ 'x-trace-id': 'abc-1' }, 'abc-1'],
    [{ traceparent: `00-${'4b'.repeat(16)}-${'00'.repeat(7)}01-01` }, '4b'.repeat(16)],
  ])('passes on the trace id of %j', async (headers, expected) => {
    await fleet.post('/settings/get', {}, headers);
    expect(fleet.seen().meta?.traceId).toBe(expected);
  });

  it('believes nobody who says who the user is', async () => {
    const claims = { userId: 'root', user_id: 'root', tenantId: 't', requestId: 'r', labels: { a: 'b' } };
    await fleet.post('/settings/get', { meta: claims }, { 'x-user-id': 'root', 'x-tenant-id': 't' });
    expect(fleet.seen().meta).toMatchObject({ userId: '', tenantId: '', labels: { a: 'b' } });
    expect(fleet.seen().meta?.requestId).not.toBe('r');
  });
});

describe('a failure', () => {
  const STATUS: Record<keyof typeof Error_Code, number> = {
    UNKNOWN: 500,
    INVALID_ARGUMENT: 400,
    NOT_FOUND: 404,
    PERMISSION_DENIED: 403,
    UNAUTHENTICATED: 401,
    CONFLICT: 409,
    RESOURCE_EXHAUSTED: 429,
    FAILED_PRECONDITION: 412,
    ABORTED: 409,
    OUT_OF_RANGE: 400,
    UNIMPLEMENTED: 501,
    INTERNAL: 500,
    UNAVAILABLE: 503,
    DEADLINE_EXCEEDED: 504,
  };

  it.each(Object.entries(STATUS))('%s in a reply is a %i', async (code, status) => {
    const reply = await fleet.post('/settings/get', { playerId: code });
    expect(reply.status).toBe(status);
    expect(reply.body.error).toMatchObject({ code, message: `as asked: ${code}`, details: { a: 'b' } });
    expect(reply.body.error.requestId).toBe(reply.headers.get('x-request-id'));
  });

  it('is 503 with a time to wait, at once, where nobody serves the subject', async () => {
    const startedAt = performance.now();
    const { status, headers, body } = await fleet.post('/nobody');
    expect([status, headers.get('retry-after'), body.error.code]).toEqual([503, '5', 'UNAVAILABLE']);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('is 504 where the service says nothing in time', async () => {
    const { status, body } = await fleet.post('/silent');
    expect([status, body.error.code]).toEqual([504, 'DEADLINE_EXCEEDED']);
  });

  it('is 500 where the reply is not the contract’s', async () => {
    expect((await fleet.post('/garbage')).status).toBe(500);
  });

  it.each([
    ['text that is not JSON', '/settings/get', '{"playerId":', undefined],
    ['JSON that is no object', '/settings/get', '[1]', undefined],
    ['an unknown field', '/settings/get', { playerID: 'x' }, 'playerID'],
    [
      'an unknown field inside of a list',
      '/settings/update',
      { settings: [{}, { valu: 1 }] },
      'settings[1].valu',
    ],
    ['an unknown field inside of meta', '/settings/get', { meta: { nonsense: 1 } }, 'meta.nonsense'],
    ['a meta that is no object', '/settings/get', { meta: 'me' }, undefined],
    ['a value of another type', '/settings/get', { playerId: 5 }, undefined],
    ['a body that contradicts the path', '/settings/a/get', { playerId: 'b' }, undefined],
    ['a path that is not well-formed', '/settings/%ff/get', {}, undefined],
  ])('is 400 for %s', async (_, path, body, field) => {
    const reply = await fleet.post(path, body);
    expect([reply.status, reply.body.error.code]).toEqual([400, 'INVALID_ARGUMENT']);
    if (field) expect(reply.body.error.message).toContain(field);
  });

  it('is 413 for a body over 10 MB, and for a message over what NATS carries', async () => {
    expect((await fleet.post('/settings/get', 'x'.repeat(10 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await fleet.post('/settings/get', { playerId: 'x'.repeat(1024 * 1024) })).status).toBe(413);
  });

  it('is 404 for an unknown route, and 405 that names the method for a known one', async () => {
    expect((await fleet.post('/settings')).status).toBe(404);
    const response = await fetch(`${fleet.gateway.url}/settings/get`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
