import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { natsUser, OPERATOR } from '../../../src/lib/fleet/identity.ts';
import { servicePermissions } from '../../../src/lib/nats/permissions.ts';
import { FLEET } from '../../support/kept/kept.ts';
import { until } from '../../support/until.ts';
import { type NatsCluster, startNats } from './cluster.ts';
import { SETTINGS } from './settings.ts';

/** What calls settings and has nothing of its own. */
const CALLER: Service = {
  ...SETTINGS,
  name: 'caller',
  user: natsUser(FLEET, 'caller'),
  endpoints: [],
  calls: ['svc.settings.v1.get'],
  publishes: ['evt.caller.done.v1'],
  state: { kv: [], stream: [] },
};

/** A streaming responder of the same subjects. */
const STREAMER: Service = {
  ...SETTINGS,
  name: 'streamer',
  user: natsUser(FLEET, 'streamer'),
  endpoints: SETTINGS.endpoints.map((endpoint) => ({ ...endpoint, streaming: true })),
};

describe('permissions on a real server', () => {
  let cluster: NatsCluster;
  const open: NatsConnection[] = [];
  const refused: string[] = [];

  beforeAll(async () => {
    cluster = await startNats({ size: 3, services: [SETTINGS, CALLER, STREAMER] });
  });
  // A responder that stays would answer what the next test asks.
  afterEach(async () => {
    await Promise.all(open.splice(0).map((nc) => nc.close()));
  });
  afterAll(() => cluster?.stop());

  const as = async (holder: string, inboxPrefix = `_INBOX_${holder}`): Promise<NatsConnection> => {
    const { cert, key } = cluster.identity(holder);
    const nc = await connect({
      servers: cluster.nodes.map(({ host, clientPort }) => `${host}:${clientPort}`),
      tls: { certFile: cert, keyFile: key, caFile: cluster.ca },
      inboxPrefix,
      reconnect: false,
    });
    open.push(nc);
    void (async () => {
      for await (const { type, data } of nc.status())
        if (type === 'error') refused.push(`${holder}: ${JSON.stringify(data)}`);
    })();
    return nc;
  };
  /** Other nodes hear of a subscription a moment later than its own. */
  const ask = (nc: NatsConnection, subject: string, timeout: number) =>
    until(`an answer on ${subject}`, () =>
      nc.request(subject, '', { timeout }).catch((error: { code?: string }) => {
        if (error.code === '503') return undefined;
        throw error;
      }),
    );
  /** The server's refusal comes before its answer to the flush, and reaches its reader a turn later. */
  const refusals = async (nc: NatsConnection, act: () => void): Promise<string[]> => {
    const before = refused.length;
    act();
    await nc.flush();
    await new Promise((resolve) => setImmediate(resolve));
    return refused.slice(before);
  };

  it('let settings do everything with its bucket, and not with another', async () => {
    const nc = await as('settings');
    const kv = await nc.jetstream().views.kv('settings', { replicas: 3, history: 5 });
    await kv.put('p1.language', 'de');
    const second = await kv.update('p1.language', 'fr', (await kv.get('p1.language'))?.revision ?? 0);
    // Any replica answers, and one may be a moment behind.
    await until('the update to be everywhere', async () => (await kv.get('p1.language'))?.string() === 'fr');
    expect((await kv.get('p1.language'))?.revision).toBe(second);
    const keys: string[] = [];
    for await (const key of await kv.keys('p1.*')) keys.push(key);
    expect(keys).toEqual(['p1.language']);
    const revisions: number[] = [];
    for await (const entry of await kv.history({ key: 'p1.language' })) revisions.push(entry.revision);
    expect(revisions).toHaveLength(2);
    await kv.delete('p1.language');
    await kv.purge('p1.language');
    expect((await kv.get('p1.language'))?.string()).toBeFalsy();
    expect(refused).toEqual([]);
    expect(await refusals(nc, () => nc.publish('$KV.payments.p1', 'x'))).toHaveLength(1);
  });

  it('let settings serve its subjects, discoverably, to callers and the operator', async () => {
    const [server, caller, operator] = await Promise.all([as('settings'), as('caller'), as(OPERATOR)]);
    const service = await server.services.add({ name: 'settings', version: '1.0.0' });
    service.addEndpoint('get', {
      subject: 'svc.settings.v1.get',
      queue: 'q.settings',
      handler: (_error, message) => void message.respond('here'),
    });
    await server.flush();
    for (const nc of [caller, operator])
      expect((await ask(nc, 'svc.settings.v1.get', 5000)).string()).toBe('here');
    const pong = await ask(operator, '$SRV.PING.settings', 5000);
    expect(pong.json()).toMatchObject({ name: 'settings' });
  });

  it.each([
    ['settings', "another service's subject", 'svc.payment.v1.process'],
    ['settings', 'an event that it does not declare', 'evt.quest.generated.v1'],
    ['settings', "the operator's inbox", `_INBOX_${OPERATOR}.x`],
    ['settings', "another bucket's stream", '$JS.API.STREAM.DELETE.KV_settings'],
    ['caller', 'a subject that it does not call', 'svc.settings.v1.update'],
    ['caller', 'JetStream, which it has no part in', '$JS.API.STREAM.INFO.KV_settings'],
    [OPERATOR, 'what only services publish', 'cb.caller.done'],
  ])('refuse %s to publish %s', async (holder, _, subject) => {
    const nc = await as(holder);
    expect(await refusals(nc, () => nc.publish(subject, 'x'))).toHaveLength(1);
  });

  it.each([
    ['caller', "another's inbox", '_INBOX_settings.>'],
    ['caller', "a service's requests", 'svc.settings.v1.get'],
    ['settings', 'its own subject outside its queue group', 'svc.settings.v1.get'],
    [OPERATOR, 'requests', 'svc.>'],
  ])('refuse %s to subscribe %s', async (holder, _, subject) => {
    const nc = await as(holder);
    const seen = await refusals(nc, () => void nc.subscribe(subject, { callback: () => {} }));
    expect(seen).toHaveLength(1);
  });

  it('let an answer through that was under way while its server took a reload', async () => {
    const [responder, caller] = await Promise.all([as('settings'), as('caller')]);
    let asked = () => {};
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let reloaded = () => {};
    const goOn = new Promise<void>((resolve) => {
      reloaded = resolve;
    });
    responder.subscribe('svc.settings.v1.get', {
      queue: 'q.settings',
      callback: async (_error, message) => {
        asked();
        await goOn;
        message.respond('after all');
      },
    });
    await responder.flush();
    const reply = ask(caller, 'svc.settings.v1.get', 60_000);
    await arrived;
    for (const { name } of cluster.nodes) cluster.process(name).kill('SIGHUP');
    await until('all to have taken it', () =>
      cluster.nodes.every(({ name }) => cluster.log(name).includes('Reloaded server configuration')),
    );
    reloaded();
    expect((await reply).string()).toBe('after all');
  });

  it('let a responder that is late say that the time is over', async () => {
    const [responder, caller] = await Promise.all([as('settings'), as('caller')]);
    const longest = Math.max(5, ...SETTINGS.endpoints.map(({ timeout }) => timeout));
    responder.subscribe('svc.settings.v1.get', {
      queue: 'q.settings',
      callback: async (_error, message) => {
        await sleep((longest + 0.5) * 1000);
        message.respond('too late');
      },
    });
    await responder.flush();
    const reply = await ask(caller, 'svc.settings.v1.get', 20_000);
    expect(reply.string()).toBe('too late');
    await responder.close();
  });

  it('let a responder answer somebody who is no caller of it once, and a streaming one as often as its stream may have messages', async () => {
    const caller = await as(OPERATOR);
    const answers = async (holder: string) => {
      const responder = await as(holder);
      const requests = responder.subscribe('svc.settings.v1.get', {
        queue: 'q.settings',
        callback: (_error, message) => {
          for (let i = 0; i < 5; i++) message.respond(String(i));
        },
      });
      await responder.flush();
      let count = 0;
      const inbox = `_INBOX_${OPERATOR}.stream`;
      const replies = caller.subscribe(inbox, { callback: () => void count++ });
      caller.publish('svc.settings.v1.get', '', { reply: inbox });
      // All replies are on their way once the responder has been heard after them.
      for (let i = 0; i < 100 && count < 5; i++) {
        await responder.flush();
        await caller.flush();
        if (count > 0 && i > 20) break;
      }
      replies.unsubscribe();
      requests.unsubscribe();
      await responder.drain();
      return count;
    };
    await Promise.all(open.filter((nc) => nc !== caller).map((nc) => nc.close()));
    expect(await answers('settings')).toBe(1);
    expect(await answers('streamer')).toBe(5);
  });
});

describe('permissions from the definition', () => {
  it('give a consumer of a stream its own durable, and no other', () => {
    const { publish } = servicePermissions({
      ...CALLER,
      consumes: [{ stream: 'GAME_EVENTS', durable: 'quests' }],
    });
    expect(publish).toContain('$JS.API.CONSUMER.MSG.NEXT.GAME_EVENTS.quests');
    expect(publish).toContain('$JS.ACK.GAME_EVENTS.quests.>');
    expect(publish.filter((subject) => subject.includes('GAME_EVENTS') && /\.(>|\*)$/.test(subject))).toEqual(
      ['$JS.API.CONSUMER.CREATE.GAME_EVENTS.quests.>', '$JS.ACK.GAME_EVENTS.quests.>'],
    );
  });

  it('give a service without state nothing of JetStream', () => {
    expect(servicePermissions(CALLER).publish).toEqual([
      'svc.settings.v1.get',
      'evt.caller.done.v1',
      '_INBOX_caller.>',
      // Whether a stream holds its events.
      '$JS.API.STREAM.NAMES',
    ]);
  });
});
