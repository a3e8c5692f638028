import { setMaxListeners } from 'node:events';
import type { Environment } from '../fleet/fleet.ts';
import { pause } from '../pause.ts';
import { asAwsFailure, cutOff, isThrottling } from './errors.ts';
import { createPace, type Pace } from './pace.ts';
import { REQUEST_RATES } from './rates.ts';
import { retries } from './retries.ts';

/** Access to one environment's AWS: who asks, until when, and how often it asked. */
export interface AwsAccess {
  environment: Environment;
  signal: AbortSignal | undefined;
  /** Requests sent, retries included: `{"ecs:DescribeServices": 3}`. */
  calls: ApiCalls;
  /** All clients of one access share the account's rates. */
  pace: Pace;
  /** Milliseconds since the epoch by the server's clock, as its last reply told it; ours before the first. */
  serverNow(): number;
  /** @param date the Date header of a reply */
  learnTime(date: string): void;
}

export type ApiCalls = Record<string, number>;

/** @param signal ends every call made through this access */
export function awsAccess(environment: Environment, signal?: AbortSignal): AwsAccess {
  let ahead = 0;
  // Every request under way listens to it: more than ten are no leak.
  if (signal !== undefined) setMaxListeners(0, signal);
  return {
    environment,
    signal,
    calls: {},
    // The embedded platform throttles nobody until it says so.
    pace: createPace({
      rates: REQUEST_RATES,
      awake: environment.platform === 'aws',
      now: () => performance.now(),
      wait: pause,
    }),
    serverNow: () => Date.now() + ahead,
    learnTime: (date) => {
      const time = Date.parse(date);
      if (!Number.isNaN(time)) ahead = time - Date.now();
    },
  };
}

/** Milliseconds. Connecting takes one round trip; no operation that gsys calls takes seconds to answer. */
const CONNECT_TIMEOUT = 2_000;
const REQUEST_TIMEOUT = 6_000;

/**
 * The one place where SDK clients are made: the definition alone decides where they go.
 * @param service as in the IAM action: `ecs`
 * @param attempts of one request; 1 for callers who repeat by themselves, as many as make sense unless given
 * @returns the client's `send`, whose failures are GsysErrors
 */
export function openClient<Client extends SdkClient>(
  access: AwsAccess,
  service: string,
  Make: new (options: ClientOptions) => Client,
  attempts?: number,
): Client['send'] {
  const client = new Make(clientOptions(access.environment, attempts));
  watchRequests(client, service, access);
  watchTime(client, access);
  const { signal } = access;
  const send = async (command: { schema?: unknown[] }) => {
    signal?.throwIfAborted();
    try {
      return await client.send(command as never, { ...(signal && { abortSignal: signal }) } as never);
    } catch (error) {
      const call = { service, operation: operationOf(command), environment: access.environment };
      if (signal?.aborted) throw cutOff(signal.reason, call);
      throw asAwsFailure(error, call);
    }
  };
  return send as Client['send'];
}

interface SdkClient {
  // biome-ignore lint/suspicious/noExplicitAny: each client overloads these with its own types; what matters is kept by Client['send']
  send: any;
  middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    add(middleware: any, options: any): void;
  };
}

type ClientOptions = ReturnType<typeof clientOptions>;

/** Providers of credentials call `debug` without looking whether it is there. */
const SILENT = { debug() {}, warn() {}, error() {} } as never;

function clientOptions(environment: Environment, attempts: number | undefined) {
  const { region, endpoint, credentials, profile } = environment;
  return {
    region,
    ...(endpoint !== undefined && { endpoint, disableHostPrefix: isLoopback(endpoint) }),
    // Given credentials keep every credential provider from being loaded; a client writes into what it is given.
    ...(credentials && { credentials: { ...credentials } }),
    ...(profile !== undefined && { profile }),
    ignoreConfiguredEndpointUrls: true,
    // The SDK's own silent logger has every request and reply copied for it, less what is sensitive.
    logger: SILENT,
    ...(attempts === undefined ? { retryStrategy: retries(Math.random) } : { maxAttempts: attempts }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
    },
  };
}

/** Behind the retry middleware, so that a retried request waits and counts again, as it does against the rate. */
function watchRequests(client: SdkClient, service: string, { calls, pace, signal }: AwsAccess): void {
  client.middlewareStack.add(
    (next: (args: unknown) => unknown, context: { commandName?: string }) => async (args: unknown) => {
      const call = `${service}:${(context.commandName ?? 'Unknown').replace(/Command$/, '')}`;
      await pace.take(call, signal);
      calls[call] = (calls[call] ?? 0) + 1;
      try {
        return await next(args);
      } catch (error) {
        if (isThrottling(error)) pace.throttled(call);
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
}

function watchTime(client: SdkClient, access: AwsAccess): void {
  client.middlewareStack.add(
    (next: (args: unknown) => Promise<{ response: unknown }>) => async (args: unknown) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      if (headers?.date !== undefined) access.learnTime(headers.date);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
}

/** The schema's own name: classes lose theirs in the bundle. */
function operationOf(command: { schema?: unknown[] }): string {
  return String(command.schema?.[2] ?? 'an operation');
}

/** `stream-127.0.0.1` resolves nowhere. */
function isLoopback(endpoint: string): boolean {
  return /^(127\.|localhost$|\[::1\]$)/.test(new URL(endpoint).hostname);
}
