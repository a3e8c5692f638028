import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requireFreePorts } from '../../src/local/free-ports.ts';

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

it('names the port in use, who has it, and the way out', async () => {
  await expect(requireFreePorts([port], 3)).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringMatching(new RegExp(`${port} .*\\(pid ${process.pid}\\)`)),
    next: 'gsys local up --slot 4',
  });
});

it('accepts a port once it is free again', async () => {
  await new Promise((resolve) => server.close(resolve));
  await expect(requireFreePorts([port], 3)).resolves.toBeUndefined();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
