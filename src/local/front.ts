import { get } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Somebody who can take connections, and whom to ask whether it wants them. */
export interface FrontTarget {
  address: string;
  port: number;
  /** Of `GET /ready`; 200 is yes. */
  readyPort: number;
}

export interface Front {
  /** @throws the listening error, EADDRINUSE for instance */
  listen(port: number): Promise<number>;
  /** Targets that answered the last question with yes. */
  ready(): FrontTarget[];
  close(): Promise<void>;
}

/** Milliseconds between two questions, and how long one may take. */
const PROBE_EVERY = 1000;
const PROBE_TIMEOUT = 2000;
const CONNECT_TIMEOUT = 2000;

/**
 * Spreads TCP connections over the ready targets, one after the other, as a load balancer in front of the gateway
 * would. A connection that no target takes is closed.
 */
export function createFront(targets: () => FrontTarget[]): Front {
  const stopped = new AbortController();
  const open = new Set<Socket>();
  let ready: FrontTarget[] = [];
  let turn = 0;
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (client) => {
    keep(client, open);
    turn += 1;
    const order = ready.map((_, i) => ready[(turn + i) % ready.length] as FrontTarget);
    void passOn(client, order, open);
  });
  const probing = probeUntil(stopped.signal, async () => {
    const asked = targets();
    const answers = await Promise.all(asked.map((target) => isReady(target, stopped.signal)));
    ready = asked.filter((_, i) => answers[i]);
  });
  return {
    listen: (port) => listenOn(server, port),
    ready: () => ready,
    async close() {
      stopped.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await Promise.all([closed, probing]);
    },
  };
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Hands a client to the first target that takes it. */
async function passOn(client: Socket, order: FrontTarget[], open: Set<Socket>): Promise<void> {
  for (const target of order) {
    const upstream = await dial(target);
    if (!upstream) continue;
    keep(upstream, open);
    // What ends or breaks on one side ends on the other; half-closed connections stay as they are.
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    return;
  }
  client.destroy();
}

function dial(target: FrontTarget): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.address, port: target.port, allowHalfOpen: true });
    const fail = () => {
      socket.destroy();
      resolve(undefined);
    };
    socket.setTimeout(CONNECT_TIMEOUT, fail);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function keep(socket: Socket, open: Set<Socket>): void {
  open.add(socket);
  socket.on('error', () => socket.destroy());
  socket.once('close', () => open.delete(socket));
}

async function probeUntil(signal: AbortSignal, probe: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await probe();
    await wait(PROBE_EVERY, undefined, { signal }).catch(() => {});
  }
}

function isReady({ address, readyPort }: FrontTarget, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: address, port: readyPort, path: '/ready', agent: false, timeout: PROBE_TIMEOUT, signal },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('close', () => resolve(false));
  });
}
