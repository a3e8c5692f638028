import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { taskAddress } from '../../src/lib/fleet/embedded-layout.ts';
import { createFront, type FrontTarget } from '../../src/local/front.ts';
import { leaseSlot } from '../support/slot.ts';
import { until } from './ecs/until.ts';

const SLOT = leaseSlot();

describe('the front listener', () => {
  /** A task that names itself, and is ready or not. */
  async function startTask(
    index: number,
    ready: () => boolean = () => true,
  ): Promise<FrontTarget & { server: Server }> {
    const address = taskAddress(SLOT, index);
    const server = createServer((socket) => socket.on('error', () => {}).end(`task ${index}`));
    const health = createHttpServer((request, response) =>
      response.writeHead(request.url === '/ready' && ready() ? 200 : 503).end(),
    );
    const [port, readyPort] = await Promise.all([listen(server, address), listen(health, address)]);
    return { address, port, readyPort, server };
  }

  async function startFront(targets: () => FrontTarget[]) {
    const front = createFront(targets);
    onTestFinished(() => front.close());
    return { front, port: await front.listen(0) };
  }

  it('gives connections to the ready targets in turn', async () => {
    const tasks = [await startTask(0), await startTask(1), await startTask(2, () => false)];
    const { front, port } = await startFront(() => tasks);
    await until(
      () => front.ready().length,
      (count) => count === 2,
    );
    const answers = [await ask(port), await ask(port), await ask(port), await ask(port)];
    expect(answers.filter((answer) => answer === 'task 0')).toHaveLength(2);
    expect(answers.filter((answer) => answer === 'task 1')).toHaveLength(2);
  });

  it('takes another target when one refuses', async () => {
    const tasks = [await startTask(3), await startTask(4)];
    const { front, port } = await startFront(() => tasks);
    await until(
      () => front.ready().length,
      (count) => count === 2,
    );
    tasks[0]?.server.close();
    expect(await Promise.all([ask(port), ask(port), ask(port)])).toEqual(['task 4', 'task 4', 'task 4']);
  });

  it('closes what nobody takes, and notices who comes and goes', async () => {
    let ready = false;
    const task = await startTask(5, () => ready);
    const { front, port } = await startFront(() => [task]);
    expect(await ask(port)).toBe('');
    ready = true;
    await until(
      () => front.ready().length,
      (count) => count === 1,
    );
    expect(await ask(port)).toBe('task 5');
    ready = false;
    await until(
      () => front.ready().length,
      (count) => count === 0,
    );
  });

  it('carries both directions, and ends one side with the other', async () => {
    const address = taskAddress(SLOT, 6);
    const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    const health = createHttpServer((_, response) => response.writeHead(200).end());
    const [port, readyPort] = await Promise.all([listen(echo, address), listen(health, address)]);
    const { front, port: frontPort } = await startFront(() => [{ address, port, readyPort }]);
    await until(
      () => front.ready().length,
      (count) => count === 1,
    );
    const text = 'x'.repeat(3_000_000);
    expect((await ask(frontPort, text)).length).toBe(text.length);
  });
});

async function listen(server: Server, address: string): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return (server.address() as AddressInfo).port;
}

/** Everything that comes back over one connection. */
function ask(port: number, text = ''): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}
