import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';
import { statusOf } from '../helpers/task.ts';
import { type GatewayFleet, post, startGatewayFleet } from './fleet.ts';

const SLOT = leaseSlot();
let fleet: GatewayFleet;
beforeAll(async () => {
  fleet = await startGatewayFleet(SLOT);
});
afterAll(() => fleet.close());

describe('a route that wants a session', () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('is not served while nobody tells whose the session is', async () => {
    expect((await fleet.post('/private')).status).toBe(401);
    const { status, body } = await fleet.post('/private', {}, bearer('anything'));
    expect(status).toBe(503);
    expect(body.error.message).toContain('svc.auth.v1.validate_session');
  });

  it('is served as the user that auth names, and refused without one', async () => {
    const gateway = fleet.startWithAuth();
    await gateway.ready;
    const ask = (token: string) => post(`${gateway.url}/private`, {}, bearer(token));
    expect((await ask('good')).status).toBe(503);

    // Wire form of auth.v1, by hand: token is field 2; is_valid field 2, user_id field 3.
    fleet.client.subscribe('svc.auth.v1.validate_session', {
      callback: (_, msg) => {
        const good = Buffer.from(msg.data).includes('good');
        msg.respond(good ? Buffer.from([0x10, 1, 0x1a, 2, ...Buffer.from('u7')]) : Buffer.alloc(0));
      },
    });
    await fleet.client.flush();
    expect((await ask('good')).status).toBe(200);
    expect(fleet.seen().meta?.userId).toBe('u7');
    const refused = await ask('bad');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });
});

describe('the gateway’s life', () => {
  it('answers 503 without NATS, lives on, and serves again with it', async () => {
    await fleet.nats.stop();
    await until('/ready to notice', async () => (await statusOf(`${fleet.gateway.url}/ready`)) === 503);
    const { status, headers } = await fleet.post('/settings/get');
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(await statusOf(`${fleet.gateway.url}/health`)).toBe(200);
    expect(await statusOf(`${fleet.gateway.healthUrl}/health`)).toBe(200);

    await fleet.nats.start();
    await until('a reply', async () => (await fleet.post('/settings/get')).status === 200);
    expect(await statusOf(`${fleet.gateway.url}/ready`)).toBe(200);
  });

  it('answers what it has begun when it is stopped, and closes connections that are kept', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let release = () => {};
    fleet.client.subscribe('svc.settings.v1.fixed', {
      callback: (_, msg) => {
        release = () => msg.respond(Buffer.alloc(0));
        arrived();
      },
    });
    await fleet.client.flush();
    const reply = request(`${fleet.gateway.url}/settings/fixed/get`, agent);
    await arrival;
    const stopped = fleet.gateway.stop();
    await until('the listener to close', async () => (await statusOf(`${fleet.gateway.url}/health`)) === 0);
    release();
    expect(await reply).toEqual([200, 'close']);
    await stopped;
    agent.destroy();
  });
});

function request(url: string, agent: Agent): Promise<[number | undefined, string | undefined]> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method: 'POST', agent }, (response) => {
      response.resume();
      response.on('end', () => resolve([response.statusCode, response.headers.connection]));
    });
    sent.on('error', reject);
    sent.end();
  });
}
