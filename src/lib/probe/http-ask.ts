import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Belongings } from './target.ts';

export interface HttpAnswer {
  status: number;
  /** Parsed where it is JSON, else the beginning of the text. */
  body: unknown;
  /** Which task gave it, as its header says. */
  task: string | undefined;
  /** What the server calls itself. */
  server: string | undefined;
}

export interface HttpQuestion {
  url: URL;
  /** JSON to post; undefined is a GET. */
  body?: unknown;
  belongings: Belongings;
  /** A connection that is there already; else it is asked over one of its own. */
  socket?: Socket;
  signal: AbortSignal;
}

/** Characters of a body that is no JSON; it is shown to a person. */
const MAX_TEXT = 200;
/** Bytes. */
const MAX_BODY = 1024 * 1024;

/** @throws whatever node:http throws */
export async function askHttp({ url, body, belongings, socket, signal }: HttpQuestion): Promise<HttpAnswer> {
  const { cert, key, ca } = belongings.material;
  const secure = url.protocol === 'https:';
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const asking = (secure ? requestHttps : requestHttp)(url, {
    method: sent === undefined ? 'GET' : 'POST',
    headers: { connection: 'close', ...(sent !== undefined && { 'content-type': 'application/json' }) },
    agent: false,
    ...(secure && {
      ca,
      ...(cert && key && { cert, key }),
      ...(isIP(url.hostname) ? {} : { servername: url.hostname }),
    }),
    ...(socket !== undefined && { createConnection: () => socket }),
    signal,
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asking.once('response', resolve).on('error', reject).end(sent);
  });
  const text = await textOf(response);
  return {
    status: response.statusCode ?? 0,
    body: parse(text),
    task: headerOf(response, 'x-task-id'),
    server: headerOf(response, 'server'),
  };
}

/** What a body says, in a line; of a gateway's error its code and sentence. Pure. */
export function wordsOf(body: unknown): string {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as {
    error?: { code?: unknown; message?: unknown };
  };
  if (typeof error?.message === 'string') return `${error.code ?? 'UNKNOWN'}: ${error.message}`;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > MAX_BODY) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, MAX_TEXT);
  }
}
