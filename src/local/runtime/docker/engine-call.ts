import http from 'node:http';
import { messageOf } from '../../../lib/errors.ts';

export interface EngineCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** Without the version: `/containers/json`. */
  path: string;
  query?: Record<string, string>;
  /** An object is sent as JSON, a stream as a tar archive. */
  body?: object | NodeJS.ReadableStream;
  signal?: AbortSignal;
}

/** What the Engine refused, in its own words; or that it did not answer, when there is no status. */
export class EngineError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/**
 * One request to the Engine's API, over a connection of its own.
 * @param version as in `1.41`, or undefined for what has none
 * @returns the response, whose body is still to be read
 * @throws EngineError for a status of 400 or more, and when nobody answers
 */
export async function callEngine(
  socketPath: string,
  version: string | undefined,
  { method, path, query = {}, body, signal }: EngineCall,
): Promise<http.IncomingMessage> {
  const search = new URLSearchParams(query).toString();
  const streamed = body !== undefined && 'pipe' in body;
  const options: http.RequestOptions = {
    socketPath,
    method,
    path: `${version === undefined ? '' : `/v${version}`}${path}${search === '' ? '' : `?${search}`}`,
    agent: false,
    headers: {
      host: 'docker',
      ...(body !== undefined && { 'content-type': streamed ? 'application/x-tar' : 'application/json' }),
    },
    ...(signal !== undefined && { signal }),
  };
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request(options, resolve);
    request.on('error', (error) => reject(new EngineError(messageOf(error), undefined, error)));
    if (!streamed) return void request.end(body === undefined ? undefined : JSON.stringify(body));
    body.once('error', (error) => request.destroy(error));
    body.pipe(request);
  });
  const status = response.statusCode ?? 0;
  if (status < 400) return response;
  throw new EngineError(messageIn(await textOf(response)), status);
}

/** @throws EngineError when the connection breaks before the end */
export async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new EngineError(messageOf(error), undefined, error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message.trim();
  } catch {
    return text.trim() || 'the Engine gave no reason';
  }
}
