import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../../lib/errors.ts';
import type { Collection } from '../../store.ts';
import type { AwsContext } from '../context.ts';
import type { Authorization } from '../ecr/authorization.ts';
import type { Repository } from '../ecr/repository.ts';
import { type HttpRoute, sendJson } from '../http-route.ts';
import { AwsError } from '../service.ts';
import type { BlobStore } from './blob-store.ts';
import { serveBlob } from './blobs.ts';
import { getManifest, putManifest } from './manifests.ts';
import { RegistryError } from './registry-error.ts';
import { listTags } from './tag-list.ts';
import { continueUpload, finishUpload, startUpload, uploadStatus } from './uploads.ts';

export interface Registry {
  context: AwsContext;
  repositories: Collection<Repository>;
  blobs: BlobStore;
}

/** One request to a repository. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  repository: Repository;
  /** Digest, tag or upload id: the last part of the path. */
  reference: string;
}

type Handler = (registry: Registry, exchange: Exchange) => Promise<void> | void;

/** The OCI distribution API: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints */
const ENDPOINTS: { path: RegExp; methods: Record<string, Handler> }[] = [
  { path: /^(.+)\/blobs\/uploads\/()$/, methods: { POST: startUpload } },
  {
    path: /^(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: { GET: uploadStatus, PATCH: continueUpload, PUT: finishUpload },
  },
  { path: /^(.+)\/blobs\/([^/]+)$/, methods: { GET: serveBlob, HEAD: serveBlob } },
  {
    path: /^(.+)\/manifests\/([^/]+)$/,
    methods: { GET: getManifest, HEAD: getManifest, PUT: putManifest },
  },
  { path: /^(.+)\/tags\/list()$/, methods: { GET: listTags } },
];

export function registryRoute(
  context: AwsContext,
  {
    repositories,
    blobs,
    authorization,
  }: { repositories: Collection<Repository>; blobs: BlobStore; authorization: Authorization },
): HttpRoute {
  const registry = { context, repositories, blobs };
  return {
    prefix: '/v2/',
    async handle(request, response) {
      response.setHeader('docker-distribution-api-version', 'registry/2.0');
      try {
        if (!authorization.allows(request.headers.authorization)) throw challenge(context, response);
        await dispatch(registry, request, response);
      } catch (thrown) {
        const error = registryErrorOf(thrown);
        // A client that hung up is no fault of the platform.
        if (error.status >= 500 && !request.destroyed) context.onError(thrown);
        if (!request.complete) response.setHeader('connection', 'close');
        request.resume();
        if (!response.headersSent) sendJson(response, error.status, error.body());
        else response.destroy();
      }
    },
  };
}

async function dispatch(
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://registry');
  const path = decodeURIComponent(url.pathname.slice('/v2/'.length));
  if (path === '') return sendJson(response, 200, {});
  for (const { path: pattern, methods } of ENDPOINTS) {
    const [, name, reference = ''] = pattern.exec(path) ?? [];
    if (name === undefined) continue;
    const handler = methods[request.method ?? ''];
    if (!handler) throw new RegistryError('UNSUPPORTED', `${request.method} is not supported here`);
    const repository = registry.repositories.get(name);
    if (!repository)
      throw new RegistryError(
        'NAME_UNKNOWN',
        `The repository with name '${name}' does not exist in the registry with id '${registry.context.account}'`,
      );
    return await handler(registry, { request, response, url, repository, reference });
  }
  throw new RegistryError('UNSUPPORTED', `${path} is not a path of this registry`, 404);
}

function challenge(context: AwsContext, response: ServerResponse): RegistryError {
  response.setHeader(
    'www-authenticate',
    `Basic realm="http://${context.host()}/",service="ecr.amazonaws.com"`,
  );
  return new RegistryError('UNAUTHORIZED', 'Not Authorized');
}

function registryErrorOf(thrown: unknown): RegistryError {
  if (thrown instanceof RegistryError) return thrown;
  if (thrown instanceof URIError) return new RegistryError('UNSUPPORTED', 'the path is malformed', 404);
  if (thrown instanceof AwsError && thrown.status === 413)
    return new RegistryError('SIZE_INVALID', thrown.message, 413);
  return new RegistryError('UNKNOWN', messageOf(thrown));
}
