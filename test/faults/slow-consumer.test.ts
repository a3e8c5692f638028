import { AckPolicy, connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Asking, askingOf } from '../support/asking.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { failures, more, startLoad } from '../support/load.ts';
import { until } from '../support/until.ts';
import { volumeAt } from '../support/volume.ts';

const test = fleetUnderTest();
const fleet = test.platform;
let asking: Asking;
beforeAll(async () => {
  await test.start();
  asking = await askingOf(fleet);
});
afterAll(async () => {
  await asking?.nc.close();
  await test.remove();
});

/** Of events that are more than any socket holds, all in all: 40 MB. */
const COUNT = 160;
const EVENT = new Uint8Array(256 * 1024).fill(7);
const SUBJECT = 'evt.state.bulk.v1';

it('a consumer that does not read is cut off, the others get everything at once, and it finds what it missed in the stream', async () => {
  const [node] = (await fleet.status()).nats;
  const server = node?.clientUrl ?? '';
  const volume = volumeAt((await fleet.status()).gatewayUrl);
  const reads = startLoad((_n, worker, signal) => volume.read(worker, signal), {
    workers: 2,
    // Milliseconds; five more than such a request has.
    patience: 15_000,
  });
  const [slow, quick] = await Promise.all([consumer('slow', server), consumer('quick', server)]);
  await more(reads);
  stopReading(slow.nc);
  const before = await slowConsumers(node?.monitorUrl);

  const jetstream = asking.nc.jetstream({ timeout: 30_000 });
  for (let i = 0; i < COUNT; i++) await jetstream.publish(SUBJECT, EVENT);
  await until('the other one to have them all', () => quick.received() === COUNT);
  await until('it to be cut off', async () => (await slowConsumers(node?.monitorUrl)) > before);
  expect(await namesAt(node?.monitorUrl)).not.toContain('slow');
  expect(slow.received()).toBeLessThan(COUNT);
  await more(reads);
  expect(failures(await reads.stop())).toEqual({});

  const late = await asking.nc.jetstreamManager();
  const { name } = await late.consumers.add('GAME_EVENTS', {
    ack_policy: AckPolicy.None,
    filter_subject: SUBJECT,
    inactive_threshold: 60e9,
  });
  const stored = await (await jetstream.consumers.get('GAME_EVENTS', name)).fetch({
    max_messages: COUNT,
    expires: 30_000,
  });
  let found = 0;
  for await (const { data } of stored) if (data.length === EVENT.length) found++;
  expect(found).toBe(COUNT);
  await Promise.all([slow, quick].map(({ nc }) => nc.close()));
});

/** Somebody at a node who counts events as they come. */
async function consumer(name: string, servers: string) {
  const { operator } = await fleet.status();
  const nc = await connect({
    ...{ name, servers, reconnect: false, ignoreClusterUpdates: true },
    tls: operator,
    inboxPrefix: '_INBOX_gsys-operator',
  });
  let count = 0;
  nc.subscribe('evt.state.>', { callback: () => void count++ });
  await nc.flush();
  return { nc, received: () => count };
}

/** Of the client, inside: as a program does that hangs, or is stopped in a debugger. */
function stopReading(nc: NatsConnection): void {
  const { protocol } = nc as unknown as { protocol: { transport: { socket: { pause(): void } } } };
  protocol.transport.socket.pause();
}

async function slowConsumers(monitorUrl = ''): Promise<number> {
  const { slow_consumers } = (await (await fetch(`${monitorUrl}/varz`)).json()) as { slow_consumers: number };
  return slow_consumers;
}

async function namesAt(monitorUrl = ''): Promise<(string | undefined)[]> {
  const { connections } = (await (await fetch(`${monitorUrl}/connz`)).json()) as {
    connections: { name?: string }[];
  };
  return connections.map(({ name }) => name);
}
