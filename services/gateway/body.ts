import type { IncomingMessage } from 'node:http';
import { badRequest, Failure } from './failure.ts';

/** Bytes. NATS takes less, but it is the encoded message that has to fit there. */
export const MAX_BODY = 10 * 1024 * 1024;

export type JsonObject = Record<string, unknown>;

/**
 * The body as a JSON object; none at all is `{}`.
 * @throws Failure 413 and 400
 */
export async function readJson(request: IncomingMessage): Promise<JsonObject> {
  const text = (await readBody(request)).toString('utf8').trim();
  if (text === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw badRequest('The body is not JSON.', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw badRequest('The body is not a JSON object.');
  return parsed as JsonObject;
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY) chunks.push(chunk);
      // A client that is still sending does not read our answer, so a while we listen on and forget.
      else if (size > MAX_DISCARDED) reject(tooLarge());
    });
    request.on('end', () => (size <= MAX_BODY ? resolve(Buffer.concat(chunks)) : reject(tooLarge())));
    request.on('error', reject);
    if (Number(request.headers['content-length'] ?? 0) > MAX_DISCARDED) reject(tooLarge());
  });
}

const MAX_DISCARDED = 2 * MAX_BODY;

function tooLarge(): Failure {
  // Whatever is still on its way is not read, so the connection cannot be used for another request.
  return new Failure(413, 'INVALID_ARGUMENT', `The body has more than ${MAX_BODY} bytes.`, {
    headers: { connection: 'close' },
  });
}
