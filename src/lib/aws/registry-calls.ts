import { GsysError, messageOf } from '../errors.ts';
import { pause } from '../pause.ts';
import type { RegistryAccess } from './ecr.ts';

/** Requests to a registry: who asks, how long one may take, and which failures another attempt may cure. */
export interface RegistryCalls {
  /** @param url absolute, or a path of the registry */
  request(method: string, url: string | URL, init?: RegistryRequest): Promise<Response>;
  /** @param what is attempted, as a failure will say it */
  patiently<T>(what: string, work: () => Promise<T>): Promise<T>;
}

export interface RegistryRequest {
  headers?: Record<string, string>;
  body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Bytes that go one way or the other; they get more time. */
  size?: number;
}

const ATTEMPTS = 4;
/** Milliseconds before the second attempt; doubles, jittered. */
const FIRST_PAUSE = 200;
/** Milliseconds for a request, and bytes a millisecond of the slowest line that a large one is given time for. */
const REQUEST_TIMEOUT = 120_000;
const SLOWEST_LINE = 50;

export function registryCalls(access: RegistryAccess, signal: AbortSignal | undefined): RegistryCalls {
  return {
    async request(method, url, { headers, body, size = 0 } = {}) {
      const timeout = AbortSignal.timeout(REQUEST_TIMEOUT + Math.ceil(size / SLOWEST_LINE));
      const response = await fetch(new URL(url, access.endpoint), {
        method,
        headers: { ...headers, authorization: access.authorization },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        // A body that is read while it is sent.
        ...(body !== undefined && { body, duplex: 'half' as const }),
      });
      if (response.status === 429 || response.status >= 500)
        throw new Passing(`${method} answered ${response.status}`);
      return response;
    },

    async patiently(what, work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await work();
        } catch (error) {
          signal?.throwIfAborted();
          if (error instanceof GsysError) throw error;
          if (attempt === ATTEMPTS)
            throw new GsysError('PUSH_FAILED', `${what} failed ${ATTEMPTS} times: ${causeOf(error)}`, {
              cause: error,
            });
          await pause(FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + Math.random()), signal);
        }
      }
    },
  };
}

/** What another attempt may cure. */
export class Passing extends Error {}

/** Reads the answer away, so that its connection can be used again. @throws GsysError with what the registry said */
export async function expectStatus(response: Response, wanted: number[], what: string): Promise<void> {
  const body = await response.text();
  if (wanted.includes(response.status)) return;
  throw refusal(response, body, what);
}

export function refusal({ status }: Response, body: string, what: string): GsysError {
  return new GsysError('PUSH_FAILED', `${what}: the registry answered ${status}: ${sentence(body)}`);
}

/** `{"errors":[{"code","message"}]}`: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
function sentence(body: string): string {
  try {
    const { errors } = JSON.parse(body) as { errors: { code: string; message: string }[] };
    return errors.map(({ code, message }) => `${code} ${message}`).join('; ');
  } catch {
    return body.slice(0, 200) || 'no explanation';
  }
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function causeOf(error: unknown): string {
  return messageOf(error instanceof TypeError && error.cause !== undefined ? error.cause : error);
}
