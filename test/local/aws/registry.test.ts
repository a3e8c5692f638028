import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { CreateRepositoryCommand, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEndpoint, type TestEndpoint } from './support/endpoint.ts';
import { createPusher, digestOf, OCI_MANIFEST, type Pusher } from './support/registry.ts';

const R = 'ns/app';
let endpoint: TestEndpoint;
let registry: Pusher;
beforeEach(async () => {
  endpoint = await startEndpoint();
  registry = await createPusher(endpoint, R);
});
afterEach(() => endpoint.close());

const errorOf = async (answer: Response) => {
  const body = (await answer.json()) as { errors: { code: string }[] };
  return [answer.status, body.errors[0]?.code];
};
const begin = async () => {
  const answer = await registry.fetch(`${R}/blobs/uploads/`, { method: 'POST' });
  return { status: answer.status, location: (answer.headers.get('location') ?? '').slice('/v2/'.length) };
};
const uploads = () => readdir(path.join(endpoint.folder, 'registry', 'uploads'));

describe('registry access', () => {
  it('asks for the ECR token and takes nothing else', async () => {
    const bare = await fetch(`${endpoint.url}/v2/`);
    expect(bare.status).toBe(401);
    expect(bare.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    for (const user of ['AWS:wrong', 'AWS:9999999999999.wrong', 'x'])
      expect(
        (await fetch(`${endpoint.url}/v2/`, { headers: { authorization: `Basic ${btoa(user)}` } })).status,
      ).toBe(401);
    expect((await registry.fetch('')).status).toBe(200);
  });

  it('does not take a token after twelve hours', async () => {
    endpoint.advance(12 * 60 * 60 * 1000 + 1000);
    expect((await registry.fetch('')).status).toBe(401);
  });

  it('knows no repository that was not created, as ECR does', async () => {
    expect(await errorOf(await registry.fetch('ns/none/blobs/uploads/', { method: 'POST' }))).toEqual([
      404,
      'NAME_UNKNOWN',
    ]);
    expect(await errorOf(await registry.fetch('ns/none/tags/list'))).toEqual([404, 'NAME_UNKNOWN']);
  });

  it('says that it does not support what it does not', async () => {
    expect(await errorOf(await registry.fetch(`${R}/manifests/v1`, { method: 'DELETE' }))).toEqual([
      405,
      'UNSUPPORTED',
    ]);
    expect(await errorOf(await registry.fetch('_catalog'))).toEqual([404, 'UNSUPPORTED']);
    expect(await errorOf(await registry.fetch(`${R}/blobs/%ff`))).toEqual([404, 'UNSUPPORTED']);
  });
});

describe('blobs', () => {
  it('come whole in one request and go back byte for byte', async () => {
    const content = Buffer.from([0, 1, 255, 13, 10]);
    const digest = await registry.blob(content);
    const head = await registry.fetch(`${R}/blobs/${digest}`, { method: 'HEAD' });
    expect([
      head.status,
      head.headers.get('content-length'),
      head.headers.get('docker-content-digest'),
    ]).toEqual([200, '5', digest]);
    const back = await registry.fetch(`${R}/blobs/${digest}`);
    expect(Buffer.from(await back.arrayBuffer())).toEqual(content);
  });

  it('come in chunks, in order', async () => {
    const { status, location } = await begin();
    expect(status).toBe(202);
    const chunk = (body: string, range: string) =>
      registry.fetch(location, { method: 'PATCH', body, headers: { 'content-range': range } });
    expect((await chunk('hello ', '0-5')).headers.get('range')).toBe('0-5');
    expect((await chunk('again', '3-7')).status).toBe(416);
    expect((await chunk('wor', '6-8')).headers.get('range')).toBe('0-8');
    expect((await registry.fetch(location)).headers.get('range')).toBe('0-8');
    const digest = digestOf('hello world');
    const done = await registry.fetch(`${location}?digest=${digest}`, { method: 'PUT', body: 'ld' });
    expect([done.status, done.headers.get('docker-content-digest')]).toEqual([201, digest]);
    expect(await uploads()).toEqual([]);
  });

  it('may be empty', async () => {
    const digest = await registry.blob('');
    expect(
      (await registry.fetch(`${R}/blobs/${digest}`, { method: 'HEAD' })).headers.get('content-length'),
    ).toBe('0');
  });

  it('are refused when their digest is another, and leave nothing', async () => {
    const { location } = await begin();
    const answer = await registry.fetch(`${location}?digest=${digestOf('other')}`, {
      method: 'PUT',
      body: 'this',
    });
    expect(await errorOf(answer)).toEqual([400, 'DIGEST_INVALID']);
    expect(await uploads()).toEqual([]);
    expect(await errorOf(await registry.fetch(location, { method: 'PATCH', body: 'x' }))).toEqual([
      404,
      'BLOB_UPLOAD_UNKNOWN',
    ]);
  });

  it('cannot be named out of their folder', async () => {
    const { location } = await begin();
    const answer = await registry.fetch(`${location}?digest=sha256:..%2f..%2fevil`, {
      method: 'PUT',
      body: 'x',
    });
    expect(await errorOf(answer)).toEqual([400, 'DIGEST_INVALID']);
  });

  it('leave nothing behind when the connection breaks', async () => {
    const { location } = await begin();
    const { authorization } = (await tokenHeader()) ?? {};
    await new Promise<void>((resolve) => {
      const outgoing = request(`${endpoint.url}/v2/${location}`, {
        method: 'PATCH',
        headers: { authorization, 'content-length': 1000 },
      });
      outgoing.on('error', () => resolve());
      outgoing.write('some bytes');
      expect
        .poll(uploads)
        .toHaveLength(1)
        .then(() => outgoing.destroy(new Error('cut')));
    });
    await expect.poll(uploads).toEqual([]);
    expect(endpoint.errors).toEqual([]);
  });

  it('are mounted from another repository, and belong to none they were not given', async () => {
    await registry.ecr.send(new CreateRepositoryCommand({ repositoryName: 'ns/two' }));
    const digest = await registry.blob('shared');
    expect(await errorOf(await registry.fetch(`ns/two/blobs/${digest}`))).toEqual([404, 'BLOB_UNKNOWN']);
    const mounted = await registry.fetch(`ns/two/blobs/uploads/?mount=${digest}&from=${R}`, {
      method: 'POST',
    });
    expect([mounted.status, mounted.headers.get('location')]).toEqual([201, `/v2/ns/two/blobs/${digest}`]);
    expect((await registry.fetch(`ns/two/blobs/${digest}`)).status).toBe(200);
    const unknown = await registry.fetch(`ns/two/blobs/uploads/?mount=${digestOf('none')}&from=${R}`, {
      method: 'POST',
    });
    expect(unknown.status).toBe(202);
  });

  it('of pushes that never came to a manifest are freed at the next start', async () => {
    const digest = await registry.image('v1');
    await registry.blob('orphan');
    endpoint = await endpoint.restart();
    expect((await readdir(path.join(endpoint.folder, 'registry', 'blobs'))).length).toBe(3);
    expect(endpoint.images.resolve(`${endpoint.host}/${R}@${digest}`).digest).toBe(digest);
  });
});

describe('manifests', () => {
  it('are found by tag and by digest, exactly as they were pushed', async () => {
    const digest = await registry.image('v1');
    for (const reference of ['v1', digest]) {
      const answer = await registry.fetch(`${R}/manifests/${reference}`);
      expect(answer.headers.get('docker-content-digest')).toBe(digest);
      expect(answer.headers.get('content-type')).toBe(OCI_MANIFEST);
      expect(digestOf(await answer.text())).toBe(digest);
      const head = await registry.fetch(`${R}/manifests/${reference}`, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
    expect(await errorOf(await registry.fetch(`${R}/manifests/none`))).toEqual([404, 'MANIFEST_UNKNOWN']);
  });

  it('must name blobs that are there', async () => {
    const config = { mediaType: 'x', digest: await registry.blob('{}'), size: 2 };
    const layer = { mediaType: 'x', digest: digestOf('never pushed'), size: 12 };
    expect(await errorOf(await registry.manifest('v1', { config, layers: [layer] }))).toEqual([
      404,
      'MANIFEST_BLOB_UNKNOWN',
    ]);
  });

  for (const [what, manifest, type] of [
    ['hold no parts', {}, OCI_MANIFEST],
    ['are of a strange type', { config: {} }, 'application/json'],
    ['call themselves something else', { mediaType: 'x' }, OCI_MANIFEST],
  ] as const)
    it(`are refused when they ${what}`, async () => {
      expect(await errorOf(await registry.manifest('v1', manifest, type))).toEqual([400, 'MANIFEST_INVALID']);
    });

  it('are refused under a digest that is not theirs', async () => {
    const config = { mediaType: 'x', digest: await registry.blob('{}'), size: 2 };
    expect(await errorOf(await registry.manifest(digestOf('x'), { config, layers: [] }))).toEqual([
      400,
      'DIGEST_INVALID',
    ]);
  });

  it('stay where they are in an immutable repository', async () => {
    const digest = await registry.image('v1');
    await registry.ecr.send(
      new PutImageTagMutabilityCommand({ repositoryName: R, imageTagMutability: 'IMMUTABLE' }),
    );
    expect(await registry.image('v1')).toBe(digest);
    await expect(registry.image('v1', 'other')).rejects.toThrow(/400.*TAG_INVALID.*immutable/);
    expect(await registry.image('v2', 'other')).not.toBe(digest);
  });

  it('list their tags in pages', async () => {
    for (const tag of ['b', 'a', 'c']) await registry.image(tag);
    const first = await registry.fetch(`${R}/tags/list?n=2`);
    expect(await first.json()).toEqual({ name: R, tags: ['a', 'b'] });
    expect(first.headers.get('link')).toBe(`</v2/${R}/tags/list?n=2&last=b>; rel="next"`);
    expect(await (await registry.fetch(`${R}/tags/list?n=2&last=b`)).json()).toEqual({
      name: R,
      tags: ['c'],
    });
  });
});

describe('image source', () => {
  it('gives the configuration and the files of the layers', async () => {
    const digest = await registry.image('v1', 'the layer');
    const image = endpoint.images.resolve(`${endpoint.host}/${R}@${digest}`);
    expect(image).toMatchObject({
      digest,
      config: { os: 'linux', config: { Labels: { text: 'the layer' } } },
    });
    expect(image.layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.oci.image.layer.v1.tar',
    ]);
    expect(await readFile(image.layers[0]?.file ?? '', 'utf8')).toBe('the layer');
  });

  it("takes this machine's image out of an index", async () => {
    const digest = await registry.image('one');
    const index = 'application/vnd.oci.image.index.v1+json';
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
    const manifests = [{ mediaType: OCI_MANIFEST, digest, size: 1, platform: { os: 'linux', architecture } }];
    expect((await registry.manifest('multi', { mediaType: index, manifests }, index)).status).toBe(201);
    expect(endpoint.images.resolve(`${endpoint.host}/${R}:multi`).digest).toBe(digest);
  });

  for (const [what, reference, reason] of [
    ['tag', `HOST/${R}:none`, 'not found'],
    ['digest', `HOST/${R}@${digestOf('x')}`, 'not found'],
    ['repository', 'HOST/ns/none:v1', 'repository ns/none not found'],
    ['registry', 'docker.io/library/node:20', 'pulls from'],
    ['registry name', 'node', 'pulls from'],
  ] as const)
    it(`says why a task cannot start from an unknown ${what}`, () => {
      expect(() => endpoint.images.resolve(reference.replace('HOST', endpoint.host))).toThrow(reason);
    });
});

/** What the pusher sends, for a request that fetch cannot break off half way. */
async function tokenHeader(): Promise<{ authorization: string }> {
  const { GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const { authorizationData } = await registry.ecr.send(new GetAuthorizationTokenCommand({}));
  return { authorization: `Basic ${authorizationData?.[0]?.authorizationToken}` };
}
