import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AwsError } from './service.ts';

/** The largest body of an AWS call, packed or unpacked, in bytes. */
export const MAX_BODY = 64 * 1024 * 1024;

/** Reads a request's whole body, unpacked if it came as gzip (PutMetricData does). */
export async function readBody(request: IncomingMessage, limit = MAX_BODY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed when we stop early, so that the answer still reaches a client that sends too much.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new AwsError('SerializationException', `Unknown encoding ${encoding}`);
  return await unzip(body, limit);
}

async function unzip(body: Buffer, limit: number): Promise<Buffer> {
  try {
    return await promisify(gunzip)(body, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new AwsError('SerializationException', 'The body is not gzip, though its header says so.');
  }
}

function tooLarge(limit: number): AwsError {
  return new AwsError('RequestEntityTooLarge', `The body is larger than ${limit} bytes.`, 413);
}
