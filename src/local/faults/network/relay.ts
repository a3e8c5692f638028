import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { SocketEnd } from './sockets.ts';

export interface Relay {
  port: number;
  close(): Promise<void>;
}

/**
 * Passes TCP connections on, later.
 * @param delay milliseconds that the next piece waits, asked for each one
 */
export async function openRelay(to: SocketEnd, delay: () => number): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: to.address, port: to.port, allowHalfOpen: true });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.once('close', () => open.delete(one));
      one.pipe(later(delay)).pipe(other);
    }
  });
  return {
    port: await listen(server),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

/** Bytes under way in one direction; a real line holds no more at will either. */
const MOST_UNDER_WAY = 4 * 1024 * 1024;

/** Hands each piece on after its delay, and none before the one that came earlier. */
function later(delay: () => number): Transform {
  const queue: { at: number; chunk: Buffer | undefined }[] = [];
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;
  let room: (() => void) | undefined;
  let done: (() => void) | undefined;
  const put = (chunk: Buffer | undefined) => {
    queue.push({ at: Math.max(queue.at(-1)?.at ?? 0, performance.now() + delay()), chunk });
    timer ??= setTimeout(hand, wait());
  };
  const wait = () => Math.max(0, (queue[0]?.at ?? 0) - performance.now());
  const hand = () => {
    timer = undefined;
    for (let due = queue[0]; due !== undefined && due.at <= performance.now() + 1; due = queue[0]) {
      queue.shift();
      if (due.chunk === undefined) return done?.();
      underWay -= due.chunk.length;
      stream.push(due.chunk);
    }
    if (underWay < MOST_UNDER_WAY) {
      // What it lets in may fill the room again, and want a turn of its own.
      const next = room;
      room = undefined;
      next?.();
    }
    if (queue.length > 0) timer ??= setTimeout(hand, wait());
  };
  const stream: Transform = new Transform({
    transform(chunk: Buffer, _, next) {
      underWay += chunk.length;
      put(chunk);
      if (underWay < MOST_UNDER_WAY) next();
      else room = next;
    },
    flush(next) {
      done = next;
      put(undefined);
    },
    destroy(error, next) {
      clearTimeout(timer);
      next(error);
    },
  });
  return stream;
}
