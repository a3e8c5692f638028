import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askEveryTask } from '../../../src/lib/probe/route.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('every task of a gateway is asked', () => {
  it('over new connections, until each has answered', async () => {
    // Two connections in three come to the first task.
    const url = await balancer((turn) => ['a', 'a', 'b'][turn % 3] ?? '');
    const answers = await askEveryTask(request(url), ['a', 'b']);
    expect(new Set(answers.map(({ task }) => task))).toEqual(new Set(['a', 'b']));
  });

  it('for so long only: one that never answers is not among the answers', async () => {
    const url = await balancer(() => 'a');
    const answers = await askEveryTask(request(url), ['a', 'b']);
    expect(new Set(answers.map(({ task }) => task))).toEqual(new Set(['a']));
  });

  it('once where nobody is known', async () => {
    const url = await balancer(() => 'a');
    expect(await askEveryTask(request(url), [])).toEqual([{ status: 200, body: { asked: {} }, task: 'a' }]);
  });

  it('no more when one has failed', async () => {
    const url = await balancer((turn) => (turn === 0 ? 'a' : 'broken'));
    const answers = await askEveryTask(request(url), ['a', 'b']);
    expect(answers.map(({ status }) => status)).toEqual([200, 503]);
  });
});

function request(url: URL) {
  return { url, body: {}, signal: AbortSignal.timeout(10_000) };
}

/** @param taskOf which task gets the n-th connection */
async function balancer(taskOf: (turn: number) => string): Promise<URL> {
  let turns = 0;
  const tasks = new WeakMap<Socket, string>();
  const answer: RequestListener = async (incoming, response) => {
    const task = tasks.get(incoming.socket) ?? '';
    const asked = JSON.parse(Buffer.concat(await incoming.toArray()).toString());
    response.writeHead(task === 'broken' ? 503 : 200, { 'x-task-id': task });
    response.end(JSON.stringify({ asked }));
  };
  server = createServer(answer);
  server.on('connection', (socket) => {
    tasks.set(socket, taskOf(turns));
    turns++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/route`);
}
