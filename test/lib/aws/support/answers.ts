import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type AwsAccess, awsAccess } from '../../../../src/lib/aws/clients.ts';
import type { Environment } from '../../../../src/lib/fleet/fleet.ts';

export interface Request {
  method: string;
  url: string;
  operation: string;
  body: string;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | object;
  /** The connection ends with the body, whatever the headers promised. */
  cut?: boolean;
}

/** An HTTP server that answers as told, for what no well-behaved endpoint would say. Ends with the test. */
export async function answers(
  answer: (request: Request) => Answer,
): Promise<{ url: string; requests: Request[] }> {
  const requests: Request[] = [];
  const server = createServer(async (message, response) => {
    const request = {
      method: message.method ?? '',
      url: message.url ?? '',
      operation:
        String(message.headers['x-amz-target'] ?? '')
          .split('.')
          .at(-1) ?? '',
      body: await bodyOf(message),
    };
    requests.push(request);
    const { status = 200, headers = {}, body = '', cut } = answer(request);
    const type = typeof body === 'string' ? 'text/html' : 'application/x-amz-json-1.1';
    response.writeHead(status, { 'content-type': type, ...headers });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    if (cut) response.write(text, () => response.destroy());
    else response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Access to an endpoint that is not the one of any definition. */
export function accessTo(endpoint: string, signal?: AbortSignal): AwsAccess {
  const environment = {
    name: 'test',
    platform: 'embedded',
    account: '000000000000',
    region: 'us-east-1',
    cluster: 'test-cluster',
    endpoint,
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
    profile: undefined,
  } as Environment;
  return awsAccess(environment, signal);
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
