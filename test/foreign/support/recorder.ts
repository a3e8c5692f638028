import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  /** As the request names it, by target or by form. */
  operation: string;
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Recorder {
  /** Where a caller finds the endpoint, under a name by which its exchanges are kept. */
  url(name: string): string;
  exchanges(name: string): Exchange[];
  close(): Promise<void>;
}

/** Stands before the endpoint and keeps what goes through. */
export async function record(port: number): Promise<Recorder> {
  const kept = new Map<string, Exchange[]>();
  const server = createServer(async (incoming, outgoing) => {
    const [, name = '', rest = '/'] = /^\/([^/]+)(.*)$/.exec(incoming.url ?? '') ?? [];
    const sent = await bodyOf(incoming);
    const forward = request({
      host: '127.0.0.1',
      port,
      method: incoming.method,
      path: rest || '/',
      headers: incoming.headers,
      agent: false,
    });
    forward.on('error', () => outgoing.destroy());
    forward.on('response', async (answer) => {
      const status = answer.statusCode ?? 0;
      outgoing.writeHead(status, answer.headers);
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        outgoing.write(chunk);
      }
      const body = Buffer.concat(chunks).toString();
      const exchange = {
        operation: operationOf(incoming.headers, sent),
        status,
        headers: flat(answer.headers),
        body,
      };
      kept.set(name, [...(kept.get(name) ?? []), exchange]);
      // Only now: whoever has the answer may ask for the exchange.
      outgoing.end();
    });
    forward.end(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = (server.address() as AddressInfo).port;
  return {
    url: (name) => `http://127.0.0.1:${own}/${name}`,
    exchanges: (name) => kept.get(name) ?? [],
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function operationOf(headers: IncomingHttpHeaders, body: Buffer): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  return new URLSearchParams(body.toString()).get('Action') ?? '';
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
