import type { Server } from 'node:http';
import type { NatsConnection } from 'nats';
import { type BundleFiles, writeBundle } from './bundle.ts';
import { type Caller, createCaller } from './caller.ts';
import { createLink, type Link } from './connect.ts';
import { type Definition, readDefinition } from './definition.ts';
import type { Endpoint } from './endpoint.ts';
import type { Environment } from './environment.ts';
import { listenForHealth, type TaskState } from './health.ts';
import { readIdentity, type TaskIdentity } from './identity.ts';
import { waitForBuckets } from './kv.ts';
import type { Logger } from './log.ts';
import { reportMissingStreams } from './missing-streams.ts';
import { type Serving, serve } from './serve.ts';

/** What parts of a service stand on. */
export interface ServiceContext {
  definition: Definition;
  environment: Environment;
  /** Undefined outside of ECS. */
  identity: TaskIdentity | undefined;
  /** Where main.js and its companions are. */
  folder: string;
  link: Link;
  /** Asks other services. */
  caller: Caller;
  /** The task's certificate, its key, and whom it trusts. */
  tlsFiles: Pick<BundleFiles, 'caFile' | 'certFile' | 'keyFile'>;
  /** Something that has to be there before the task is ready, and is let go of when it leaves. */
  need(resource: Resource): void;
  log: Logger;
  state: TaskState;
}

export interface Resource {
  /** Resolves when it is there, or the signal is aborted. */
  untilThere(signal: AbortSignal): Promise<void>;
  letGo(): Promise<void>;
}

export interface ServiceParts {
  /** By the names of service.yaml. */
  endpoints(context: ServiceContext): Record<string, Endpoint>;
  /** Listens to something besides NATS, from before there is a connection. @returns its graceful end */
  listen?(context: ServiceContext): Promise<() => Promise<void>>;
  /** Works besides answering requests, from when it is connected and its state can be reached. @returns its end */
  work?(context: ServiceContext): () => Promise<void>;
}

export interface StartOptions {
  environment: Environment;
  folder: string;
  log: Logger;
}

export interface RunningService {
  /** Settles when the task is ready, or could not start. */
  ready: Promise<void>;
  /** Settles when the client has given its connection up for good: nothing but a new process helps then. */
  lost: Promise<unknown>;
  /** Takes nothing new, finishes what it has, and lets go of everything. */
  stop(): Promise<void>;
}

/** One task: health first, so that it can be watched while it waits for NATS, then NATS, then its endpoints. */
export function startService(
  parts: ServiceParts,
  { environment, folder, log: rootLog }: StartOptions,
): RunningService {
  const stopping = new AbortController();
  /** In the order in which a task leaves: callers first, what they need last. */
  const ends: {
    listener?: () => Promise<void>;
    work?: () => Promise<void>;
    resources: Resource[];
    connection?: NatsConnection;
    health?: Server;
    tls?: BundleFiles;
  } = { resources: [] };
  let serving: Serving | undefined;
  let wasReady = false;
  let settle: { resolve(): void; reject(reason: unknown): void } | undefined;
  const ready = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever stops the service without having waited for it does not care that it never was ready.
  ready.catch(() => undefined);

  const state: TaskState = {
    isReady: () => serving?.isConfirmed() === true && !stopping.signal.aborted,
    wasReady: () => wasReady,
    isDraining: () => stopping.signal.aborted,
  };

  const start = async () => {
    const definition = readDefinition(folder);
    const identity = await readIdentity(environment.metadataUri);
    const log = identity ? rootLog.child({ taskArn: identity.taskArn }) : rootLog;

    const tls = writeBundle(environment.tlsBundle);
    ends.tls = tls;
    ends.health = await listenForHealth(state, environment.host, environment.healthPort);

    const { link, open } = createLink({ servers: environment.natsServers, name: definition.name, tls, log });
    const need = (resource: Resource) => void ends.resources.push(resource);
    const caller = createCaller(link, definition, log);
    const context = {
      ...{ definition, environment, identity, folder, link, caller, tlsFiles: tls, need, log, state },
    };
    const closeListener = await parts.listen?.(context);
    if (closeListener) ends.listener = closeListener;

    const connection = await open(stopping.signal);
    ends.connection = connection;
    const endpoints = parts.endpoints(context);
    await Promise.all([
      waitForBuckets(connection, definition, stopping.signal),
      ...ends.resources.map((resource) => resource.untilThere(stopping.signal)),
    ]);
    void reportMissingStreams(connection, definition, log);
    const onConfirmed = () => {
      if (!wasReady) log.info({ ...identity }, 'ready');
      wasReady = true;
      settle?.resolve();
    };
    if (parts.work) ends.work = parts.work(context);
    serving = await serve({ link, connection, definition, endpoints, identity, log, onConfirmed });
  };

  const started = start();
  started.catch((error) => settle?.reject(error));
  const lost = started.then(async () => {
    const reason = await ends.connection?.closed();
    // Closing it is also how a task leaves.
    return stopping.signal.aborted ? new Promise(() => {}) : reason;
  });
  lost.catch(() => undefined);

  return {
    ready,
    lost,
    stop: async () => {
      stopping.abort();
      await started.catch(() => undefined);
      await ends.listener?.();
      await serving?.drain();
      await ends.work?.();
      for (const resource of ends.resources) await resource.letGo();
      await ends.connection?.close();
      ends.health?.close();
      ends.health?.closeAllConnections();
      ends.tls?.remove();
    },
  };
}
