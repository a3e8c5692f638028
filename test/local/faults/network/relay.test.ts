import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRelay, type Relay } from '../../../../src/local/faults/network/relay.ts';

/** A peer that says everything back, and ends when the other one has. */
let server: Server;
let relay: Relay | undefined;
let client: Socket;
beforeEach(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket).on('error', () => {}));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  client.destroy();
  await relay?.close();
  server.close();
});

async function through(delay: () => number): Promise<void> {
  const { port } = server.address() as { port: number };
  relay = await openRelay({ address: '127.0.0.1', port }, delay);
  client = connect(relay.port, '127.0.0.1');
  client.on('error', () => {});
  await once(client, 'connect');
}

async function answerTo(bytes: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  client.on('data', (chunk) => chunks.push(chunk));
  const ended = once(client, 'end');
  client.end(bytes);
  await ended;
  return Buffer.concat(chunks);
}

describe('a relay', () => {
  it('hands everything on in order, late in both directions, and the end too', async () => {
    const late = [40, 0, 20];
    let turn = 0;
    await through(() => late[turn++ % late.length] ?? 0);
    const sent = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => (i * 7) & 0xff));
    expect((await answerTo(sent)).equals(sent)).toBe(true);
  });

  it('makes a round trip as much longer as both ways together', async () => {
    await through(() => 60);
    const started = performance.now();
    await answerTo(Buffer.from('ping'));
    expect(performance.now() - started).toBeGreaterThan(115);
  });

  it('holds no more than a few megabytes under way: the sender has to wait', async () => {
    await through(() => 500);
    const started = performance.now();
    const sent = Buffer.alloc(24 << 20);
    expect((await answerTo(sent)).length).toBe(sent.length);
    // 4 MiB each half second, one way.
    expect(performance.now() - started).toBeGreaterThan(2000);
  });

  it('hangs up on both ends when it is closed', async () => {
    await through(() => 0);
    const closed = once(client, 'close');
    await relay?.close();
    await closed;
    expect(client.destroyed).toBe(true);
  });
});
