import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDigest, type Upload } from './blob-store.ts';
import { blobSize } from './blobs.ts';
import { RegistryError } from './registry-error.ts';
import type { Exchange, Registry } from './route.ts';

/** POST: mounts a blob of another repository, takes one whole, or opens an upload. */
export async function startUpload(registry: Registry, exchange: Exchange): Promise<void> {
  const { url, repository, request, response } = exchange;
  const mount = url.searchParams.get('mount');
  const source = registry.repositories.get(url.searchParams.get('from') ?? '');
  if (mount !== null && source && blobSize(source, registry.blobs, mount) !== undefined) {
    await link(registry, repository.name, mount);
    return created(response, repository.name, mount);
  }
  const digest = url.searchParams.get('digest');
  const upload = registry.blobs.begin();
  if (digest === null) return accepted(response, repository.name, upload);
  await upload.append(bodyOf(request));
  await finish(registry, exchange, upload, digest);
}

/** PATCH: the next chunk; without Content-Range, all that comes. */
export async function continueUpload(registry: Registry, exchange: Exchange): Promise<void> {
  const upload = uploadOf(registry, exchange);
  checkRange(exchange, upload);
  await upload.append(bodyOf(exchange.request));
  accepted(exchange.response, exchange.repository.name, upload);
}

/** PUT: the last chunk, if any, and the digest that the whole must have. */
export async function finishUpload(registry: Registry, exchange: Exchange): Promise<void> {
  const upload = uploadOf(registry, exchange);
  const digest = exchange.url.searchParams.get('digest') ?? '';
  if (!isDigest(digest)) throw new RegistryError('DIGEST_INVALID', 'a sha256 digest must be given');
  checkRange(exchange, upload);
  await upload.append(bodyOf(exchange.request));
  await finish(registry, exchange, upload, digest);
}

/** GET: how far it came. */
export function uploadStatus(registry: Registry, exchange: Exchange): void {
  accepted(exchange.response, exchange.repository.name, uploadOf(registry, exchange), 204);
}

async function finish(
  registry: Registry,
  { repository, response }: Exchange,
  upload: Upload,
  digest: string,
): Promise<void> {
  await upload.finish(digest);
  await link(registry, repository.name, digest);
  created(response, repository.name, digest);
}

/** The repository may have changed, or gone, while the bytes came. */
async function link({ repositories, blobs }: Registry, name: string, digest: string): Promise<void> {
  const repository = repositories.get(name);
  if (!repository) throw new RegistryError('NAME_UNKNOWN', `The repository ${name} was deleted`);
  const size = blobs.size(digest) ?? 0;
  await repositories.put(name, { ...repository, blobs: { ...repository.blobs, [digest]: size } });
}

/** Not destroyed when the disk refuses it, so that the client still hears why. */
function bodyOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

function uploadOf({ blobs }: Registry, { reference }: Exchange): Upload {
  const upload = blobs.upload(reference);
  if (!upload) throw new RegistryError('BLOB_UPLOAD_UNKNOWN', `there is no upload ${reference}`);
  return upload;
}

function checkRange({ request }: Exchange, upload: Upload): void {
  const range = request.headers['content-range'];
  if (range === undefined) return;
  const start = /^(?:bytes )?(\d+)-\d+/.exec(range)?.[1];
  if (Number(start) !== upload.size())
    throw new RegistryError(
      'BLOB_UPLOAD_INVALID',
      `the upload stands at ${upload.size()}, not at ${start}`,
      416,
    );
}

function accepted(response: ServerResponse, name: string, upload: Upload, status = 202): void {
  response
    .writeHead(status, {
      location: `/v2/${name}/blobs/uploads/${upload.id}`,
      range: `0-${Math.max(0, upload.size() - 1)}`,
      'docker-upload-uuid': upload.id,
      ...(status !== 204 && { 'content-length': 0 }),
    })
    .end();
}

function created(response: ServerResponse, name: string, digest: string): void {
  response
    .writeHead(201, {
      location: `/v2/${name}/blobs/${digest}`,
      'docker-content-digest': digest,
      'content-length': 0,
    })
    .end();
}
