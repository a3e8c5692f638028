import { Code, ServiceError } from '../sdk/errors.ts';
import { invalid } from '../sdk/fields.ts';
import type { Bucket } from '../sdk/kv.ts';
import type { Sealer } from './sealed.ts';

/** What may be told of a provider. */
export interface Known {
  name: string;
  baseUrl: string;
  hasKey: boolean;
  /** Milliseconds since the epoch. */
  updatedMs: number;
}

/** Where models are asked, for all tasks alike. */
export interface Providers {
  /** @throws ServiceError INVALID_ARGUMENT, RESOURCE_EXHAUSTED */
  put(provider: { name: string; baseUrl: string; apiKey: string }): Promise<Known>;
  list(): Promise<Known[]>;
  /** @returns whether there was one */
  delete(name: string): Promise<boolean>;
  /** @throws ServiceError FAILED_PRECONDITION */
  accessTo(name: string): Promise<{ baseUrl: string; apiKey: string | undefined }>;
}

/** What lies in the bucket, as one value. */
type Stored = Record<string, { baseUrl: string; sealedKey?: string; updatedMs: number }>;

const PROVIDERS = 'providers';
const MOST = 32;
/** Bytes. */
const MAX_URL = 512;
const MAX_KEY = 1024;

export function providers(bucket: Bucket, sealer: Sealer, now: () => number = () => Date.now()): Providers {
  const read = async () => (await bucket.get<Stored>(PROVIDERS)) ?? {};
  return {
    put: async ({ name, baseUrl, apiKey }) => {
      validName(name);
      const url = validUrl(baseUrl, apiKey !== '');
      if (!/^[\x21-\x7e]*$/.test(apiKey) || apiKey.length > MAX_KEY)
        throw invalid(`api_key must be ${MAX_KEY} visible Latin letters at most.`);
      const updatedMs = now();
      const sealed = apiKey === '' ? {} : { sealedKey: sealer.seal(apiKey, owner(name, url)) };
      await bucket.update<Stored>(PROVIDERS, (stored = {}) => {
        if (stored[name] === undefined && Object.keys(stored).length >= MOST)
          throw new ServiceError(Code.RESOURCE_EXHAUSTED, `There are ${MOST} providers at most.`);
        return { ...stored, [name]: { baseUrl: url, updatedMs, ...sealed } };
      });
      return { name, baseUrl: url, hasKey: apiKey !== '', updatedMs };
    },

    list: async () =>
      Object.entries(await read())
        .map(([name, { baseUrl, updatedMs, sealedKey }]) => {
          return { name, baseUrl, updatedMs, hasKey: sealedKey !== undefined };
        })
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),

    delete: async (name) => {
      validName(name);
      let there = false;
      await bucket.update<Stored>(PROVIDERS, (stored = {}) => {
        const { [name]: found, ...others } = stored;
        there = found !== undefined;
        return there ? others : undefined;
      });
      return there;
    },

    accessTo: async (name) => {
      const found = (await read())[name];
      if (!found)
        throw new ServiceError(
          Code.FAILED_PRECONDITION,
          `Nobody has said where the provider ${name} is: svc.ai.llm.v1.put_provider.`,
        );
      const { baseUrl, sealedKey } = found;
      if (sealedKey === undefined) return { baseUrl, apiKey: undefined };
      const apiKey = sealer.open(sealedKey, owner(name, baseUrl));
      if (apiKey !== undefined) return { baseUrl, apiKey };
      throw new ServiceError(
        Code.FAILED_PRECONDITION,
        `The key of the provider ${name} cannot be read since REDIS_AUTH is another one: svc.ai.llm.v1.put_provider.`,
      );
    },
  };
}

/** A key is for one address: whoever changes that in the bucket does not get it. */
function owner(name: string, baseUrl: string): string {
  return `${name} ${baseUrl}`;
}

function validName(name: string): void {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name))
    throw invalid('name must be a lower-case word of 64 letters, digits, - and _ at most.');
  if (name === 'gsys') throw invalid('name is gsys, whose model is built in and asked nowhere else.');
}

/** @returns without a slash at the end */
function validUrl(text: string, hasKey: boolean): string {
  const url = Buffer.byteLength(text) <= MAX_URL && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw invalid(`base_url must be an http or https URL of ${MAX_URL} bytes at most.`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw invalid('base_url must have neither a user, nor a query, nor a fragment.');
  if (hasKey && url.protocol === 'http:' && !isThisMachine(url.hostname))
    throw invalid('base_url must be https: the key would be readable on its way.');
  return url.href.replace(/\/+$/, '');
}

function isThisMachine(hostname: string): boolean {
  return /^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname);
}
