import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be shut: who connects meanwhile is cut off at once. */
export interface Relay {
  port: number;
  open(): void;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** @param target port on this machine. Shut at first. */
export async function startRelay(target: number): Promise<Relay> {
  let isOpen = false;
  const sockets = new Set<Socket>();
  const follow = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((client) => {
    if (!isOpen) return void client.destroy();
    const upstream = connect(target, HOST);
    follow(client, upstream);
    follow(upstream, client);
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    open: () => {
      isOpen = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
