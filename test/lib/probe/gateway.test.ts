import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Server as PlainServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { histogramOf, latencyOf } from '../../../src/lib/probe/latency.ts';
import { gatewayTarget } from '../../../src/lib/probe/targets/gateway.ts';
import { GATEWAY } from '../../../src/lib/probe/ways.ts';
import { probeText } from '../../../src/ui/probe-view.ts';
import { listen, probed, verdictOf } from './probing.ts';

const fleet = await loadFleet({ from: import.meta.dirname });
const open: (Server | PlainServer)[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(url: string) {
  return await probed(GATEWAY, [await gatewayTarget(url, { fleet, files: {}, asOperator: false })]);
}

/** A gateway's task. @param answers status and body by path */
function task(
  answers: Record<string, [number, object]>,
  headers: object = { 'x-task-id': 'a' },
): RequestListener {
  return (request, response) => {
    const [status, body] = answers[request.url ?? ''] ?? [404, {}];
    response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

const READY: [number, object] = [200, { status: 'ready' }];

describe('a gateway', () => {
  it.each<[string, string, Record<string, [number, object]>, object?]>([
    ['is not ready', 'ready: unwell', { '/ready': [503, { status: 'disconnected' }] }],
    ['has nobody behind it', 'http: unwell', { '/ready': [503, {}] }, { server: 'awselb/2.0' }],
    ['is no gateway', 'ready: unwell', {}],
  ])('that %s fails there', async (_, expected, answers, headers) => {
    expect(verdictOf(await ask(await serve(task(answers, headers))))).toBe(expected);
  });

  it('is well with a route that answers as its contract says, and fails there with another', async () => {
    const target = await gatewayTarget('http://127.0.0.1:1', { fleet, files: {}, asOperator: false });
    if ('none' in target.route) throw new Error(target.route.none);
    const { path, service } = target.route;
    const expected = fleet.services.find(({ name }) => name === service)?.probe?.expect as object;
    const verdicts = [];
    for (const reply of [
      [200, expected],
      [200, { nonsense: 1 }],
      [503, { error: { code: 'UNAVAILABLE' } }],
    ] as [number, object][])
      verdicts.push(verdictOf(await ask(await serve(task({ '/ready': READY, [path]: reply })))));
    expect(verdicts).toEqual(['ok', 'route: mismatch', 'route: service-error']);
  });

  it('by a path is asked for that alone', async () => {
    const url = await serve(task({ '/openapi.json': [200, {}] }));
    const report = await ask(`${url}/openapi.json`);
    expect([verdictOf(report), report.layers.find(({ layer }) => layer === 'ready')?.status]).toEqual([
      'ok',
      'skip',
    ]);
    expect(verdictOf(await ask(`${url}/absent`))).toBe('route: service-error');
  });

  it.each<[string, string, string]>([
    ['never answers', '', 'http: timeout'],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.2\r\n', 'http: protocol'],
  ])('that %s fails there', async (_, says, expected) => {
    const { port, server } = await listen((socket) => void (says === '' ? undefined : socket.write(says)));
    open.push(server);
    expect(verdictOf(await ask(`http://127.0.0.1:${port}`))).toBe(expected);
  });

  it('that says hostile things does nothing to the terminal, within 80 columns', async () => {
    const evil = '\u001b]52;c;aGk=\u0007\u001b[2J\u202eabc'.repeat(20);
    const url = await serve(task({ '/ready': [503, { status: evil }] }));
    const text = probeText(await ask(url), (_style, line) => line);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

it('latencies are times that were measured, and every one is in the histogram', () => {
  const times = [3, 0.1, 1, 2, 100];
  expect(latencyOf(times)).toEqual({ min: 0.1, p50: 2, p95: 100, p99: 100, max: 100 });
  expect(latencyOf([])).toBeUndefined();
  expect(histogramOf([3, 1, 1.5])).toEqual([
    { from: 1, to: 2, count: 2 },
    { from: 2, to: 4, count: 1 },
  ]);
  expect(histogramOf(times).reduce((sum, { count }) => sum + count, 0)).toBe(times.length);
  expect(histogramOf([])).toEqual([]);
});
