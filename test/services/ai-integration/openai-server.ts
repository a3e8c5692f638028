import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A small server that speaks OpenAI's chat completions; what it does is the name of the model that it is asked for. */
export interface OpenAiServer {
  baseUrl: string;
  /** What it was asked, in order. */
  asked: Asked[];
  /** Requests whose client went away before they were answered. */
  left(): number;
  /** Lets a stream that waits go on. */
  release(): void;
  close(): void;
}

export interface Asked {
  authorization: string | undefined;
  body: Body;
}

interface Body {
  model: string;
  messages: { role: string; content: string }[];
  stream?: boolean;
  [other: string]: unknown;
}

const WORDS = ['Ça', ' va', ',', ' ', '🐉', '?'];
const USAGE = { prompt_tokens: 11, completion_tokens: 6, total_tokens: 17 };

export async function startOpenAi(): Promise<OpenAiServer> {
  const asked: Asked[] = [];
  let left = 0;
  let release = () => {};
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as Body;
    asked.push({ authorization: request.headers.authorization, body });
    response.on('close', () => {
      if (!response.writableFinished) left++;
    });
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    await answer(request, response, body, until);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    asked,
    left: () => left,
    release: () => release(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  { url, headers }: IncomingMessage,
  response: ServerResponse,
  { model, messages, stream = false }: Body,
  released: Promise<void>,
): Promise<void> {
  const json = (status: number, value: unknown, more: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(value));
  const refuse = (status: number, message: string, more = {}) => json(status, { error: { message } }, more);
  if (url !== '/v1/chat/completions') return void refuse(404, 'no such path');
  switch (model) {
    case 'unauthorised':
      return void refuse(401, `Incorrect API key provided: ${headers.authorization}`);
    case 'busy':
      return void refuse(429, 'Rate limit reached', { 'retry-after': '7' });
    case 'busy-until':
      return void refuse(429, 'Rate limit reached', {
        'retry-after': new Date(Date.now() + 60_000).toUTCString(),
      });
    case 'broken':
      return void refuse(500, 'The server had an error');
    case 'picky':
      return void refuse(400, `'top_k' is\u001b[31m unknown, ${headers.authorization}`);
    case 'elsewhere':
      return void response.writeHead(302, { location: '/v1/stolen' }).end();
    case 'page':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
    case 'hangs':
      return;
    case 'flood':
      response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
      return void response.end(`data: ${'x'.repeat(9_000_000)}`);
  }
  if (stream) return sendStream(response, model, released);
  const content = model === 'mirror' ? messages.map((one) => one.content).join('|') : WORDS.join('');
  json(200, {
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'length' }],
    ...(model !== 'counts-nothing' && { usage: USAGE }),
  });
}

async function sendStream(response: ServerResponse, model: string, released: Promise<void>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (value: unknown) => void response.write(`data: ${JSON.stringify(value)}\n\n`);
  const say = (content: string) => send({ choices: [{ delta: { content }, finish_reason: null }] });
  response.write(': welcome\n\n');
  send({ choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }] });
  for (const [i, word] of WORDS.entries()) {
    say(word);
    if (i !== 1) continue;
    if (model === 'half') return void response.end();
    if (model === 'torn') return void setImmediate(() => response.destroy());
    if (model === 'fails') return void response.end('data: {"error":{"message":"overloaded"}}\n\n');
    if (model === 'waits') await released;
    if (model === 'silent') return;
  }
  send({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  if (model === 'plain') return void response.end();
  send({ choices: [], usage: USAGE });
  response.end('data: [DONE]\n\n');
}
