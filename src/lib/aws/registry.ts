import { GsysError, messageOf } from '../errors.ts';
import { pause } from '../pause.ts';
import type { RegistryAccess } from './ecr.ts';

/** One OCI registry, by the distribution protocol: what a push needs of it. */
export interface Registry {
  hasBlob(repository: string, digest: string): Promise<boolean>;
  putBlob(repository: string, digest: string, bytes: Uint8Array): Promise<void>;
  putManifest(repository: string, tag: string, mediaType: string, bytes: Uint8Array): Promise<void>;
}

const ATTEMPTS = 4;
/** Milliseconds before the second attempt; doubles, jittered. */
const FIRST_PAUSE = 200;
/** Milliseconds for one request, a blob of some megabytes over a slow line included. */
const REQUEST_TIMEOUT = 120_000;

export function registry(access: RegistryAccess, signal: AbortSignal | undefined): Registry {
  const request = async (method: string, url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...(init.headers as Record<string, string>), authorization: access.authorization };
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const response = await fetch(new URL(url, access.endpoint), { ...init, method, headers, signal: either });
    if (response.status === 429 || response.status >= 500)
      throw new Passing(`${method} answered ${response.status}`);
    return response;
  };
  const patiently = <T>(what: string, work: () => Promise<T>) => withRetries(what, signal, work);

  return {
    hasBlob: (repository, digest) =>
      patiently(`${repository}: looking for ${digest}`, async () => {
        const response = await request('HEAD', `/v2/${repository}/blobs/${digest}`);
        if (response.status === 404) return false;
        await expectStatus(response, [200], `${repository}: looking for ${digest}`);
        return true;
      }),

    // A retry starts the upload again: a session that broke may hold any part of the bytes.
    putBlob: (repository, digest, bytes) =>
      patiently(`${repository}: sending ${digest}`, async () => {
        const what = `${repository}: sending ${digest}`;
        const opened = await request('POST', `/v2/${repository}/blobs/uploads/`);
        await expectStatus(opened, [202], what);
        const binary = { 'content-type': 'application/octet-stream' };
        const sent = await request('PATCH', locationOf(opened, access.endpoint), {
          body: bytes,
          headers: binary,
        });
        await expectStatus(sent, [202, 204], what);
        const last = locationOf(sent, access.endpoint);
        last.searchParams.set('digest', digest);
        await expectStatus(await request('PUT', last), [201, 204], what);
      }),

    putManifest: (repository, tag, mediaType, bytes) =>
      patiently(`${repository}: tagging ${tag}`, async () => {
        const headers = { 'content-type': mediaType };
        const response = await request('PUT', `/v2/${repository}/manifests/${tag}`, { body: bytes, headers });
        await expectStatus(response, [200, 201], `${repository}: tagging ${tag}`);
      }),
  };
}

/** What another attempt may cure. */
class Passing extends Error {}

async function withRetries<T>(
  what: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      const hopeless = error instanceof GsysError || attempt === ATTEMPTS;
      if (error instanceof GsysError) throw error;
      if (hopeless)
        throw new GsysError('PUSH_FAILED', `${what} failed ${ATTEMPTS} times: ${causeOf(error)}`, {
          cause: error,
        });
      await pause(FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + Math.random()), signal);
    }
  }
}

async function expectStatus(response: Response, wanted: number[], what: string): Promise<void> {
  const body = await response.text();
  if (wanted.includes(response.status)) return;
  throw new GsysError('PUSH_FAILED', `${what}: the registry answered ${response.status}: ${sentence(body)}`);
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

function locationOf(response: Response, endpoint: string): URL {
  const location = response.headers.get('location');
  if (location === null) throw new Passing('the registry opened an upload without saying where');
  return new URL(location, endpoint);
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function causeOf(error: unknown): string {
  return messageOf(error instanceof TypeError && error.cause !== undefined ? error.cause : error);
}
