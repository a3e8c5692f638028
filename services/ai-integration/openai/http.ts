import { Outage } from '../outage.ts';
import { refusalOf } from './refusal.ts';

/** Where a model is asked. */
export interface Endpoint {
  /** The provider's, for messages. */
  provider: string;
  baseUrl: string;
  apiKey: string | undefined;
  /** What the provider calls the model. */
  model: string;
}

/** Bytes of an answer, with everything around its text. */
const MOST_ANSWER = 1024 * 1024;

/** @throws ServiceError unless it is answered with 200 */
export async function post(
  { provider, baseUrl, apiKey }: Endpoint,
  body: object,
  signal: AbortSignal,
): Promise<Response> {
  const response = await attempt(provider, 'cannot be reached', signal, () =>
    fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(body),
      signal,
      // The key is for this address and no other.
      redirect: 'manual',
    }),
  );
  if (response.status === 200) return response;
  const text = await readAll(provider, response, signal).catch(() => '');
  throw refusalOf(provider, response, apiKey ? text.replaceAll(apiKey, '***') : text);
}

export async function readAll(provider: string, response: Response, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of heard(provider, response, signal, { most: MOST_ANSWER })) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The bytes of an answer, so many at most. To leave the loop closes the connection. */
export async function* heard(
  provider: string,
  { body }: Response,
  signal: AbortSignal,
  { most, onBytes = () => {} }: { most: number; onBytes?: () => void },
): AsyncGenerator<Uint8Array, void> {
  const reader = body?.getReader();
  if (!reader) return;
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await attempt(provider, 'broke off', signal, () => reader.read());
      if (done) return;
      size += value.length;
      if (size > most) throw new Outage(provider, `answers more than ${most} bytes`);
      onBytes();
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** @throws what the signal is aborted with, Outage for a connection that fails */
async function attempt<T>(
  provider: string,
  failure: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    signal.throwIfAborted();
    throw new Outage(provider, failure, { cause });
  }
}
