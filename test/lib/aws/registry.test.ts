import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ecr } from '../../../src/lib/aws/ecr.ts';
import { type Registry, registry } from '../../../src/lib/aws/registry.ts';
import { type Image, MANIFEST_TYPE, makeImage } from '../../../src/lib/release/build/image.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { accessTo, answers } from './support/answers.ts';

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await startEndpoint();
});
afterEach(() => endpoint.close());

const base = {
  name: 'machine',
  digest: 'sha256:b',
  node: '20',
  architecture: 'amd64',
  layers: [],
  config: {},
};
const imageOf = (text: string) => makeImage('a', [{ path: 'app/main.js', bytes: Buffer.from(text) }], base);
const blobOf = ({ digest, bytes }: Image['blobs'][number], from?: string) => ({
  ...{ digest, size: bytes.length, from },
  content: async () => Readable.from([bytes]),
});
const pushTo = async (target: Registry, repository: string, image: Image, tag: string) => {
  for (const blob of image.blobs) await target.putBlob(repository, blobOf(blob));
  await target.putManifest(repository, tag, MANIFEST_TYPE, image.manifest);
};

describe('a repository', () => {
  it('is made once, and found by name afterwards', async () => {
    const repositories = ecr(accessTo(endpoint.url));
    expect(await repositories.repositoryUris(['team/a'])).toEqual(new Map());
    const uri = await repositories.createRepository('team/a', 'fleet');
    expect(await repositories.createRepository('team/a', 'fleet')).toBe(uri);
    expect(await repositories.repositoryUris(['team/a', 'team/b'])).toEqual(new Map([['team/a', uri]]));
  });
});

describe('a push', () => {
  it('leaves an image behind its tag, and blobs that need not be sent again', async () => {
    const repositories = ecr(accessTo(endpoint.url));
    await repositories.createRepository('team/a', 'fleet');
    const target = registry(await repositories.authorization(), undefined);
    const image = await imageOf('1');
    await pushTo(target, 'team/a', image, image.input);
    expect(await repositories.digestOf('team/a', image.input)).toBe(image.digest);
    expect(await target.hasBlob('team/a', image.blobs[0]?.digest ?? '')).toBe(true);
  });

  it('refuses to move a tag', async () => {
    const repositories = ecr(accessTo(endpoint.url));
    await repositories.createRepository('team/a', 'fleet');
    const target = registry(await repositories.authorization(), undefined);
    await pushTo(target, 'team/a', await imageOf('1'), 'tag');
    await expect(pushTo(target, 'team/a', await imageOf('2'), 'tag')).rejects.toMatchObject({
      code: 'PUSH_FAILED',
    });
  });

  it('has the registry take over what another repository has, and sends what none has', async () => {
    const repositories = ecr(accessTo(endpoint.url));
    for (const name of ['team/a', 'team/b', 'team/c']) await repositories.createRepository(name, 'fleet');
    const target = registry(await repositories.authorization(), undefined);
    const [blob] = (await imageOf('1')).blobs as [Image['blobs'][number]];
    expect(await target.putBlob('team/a', blobOf(blob))).toBe(blob.bytes.length);
    expect(await target.putBlob('team/b', blobOf(blob, 'team/a'))).toBe(0);
    expect(await target.putBlob('team/c', blobOf(blob, 'team/none'))).toBe(blob.bytes.length);
    expect(await target.hasBlob('team/b', blob.digest)).toBe(true);
  });

  it('can be read again, and is taken for what its digest says alone', async () => {
    const repositories = ecr(accessTo(endpoint.url));
    await repositories.createRepository('team/a', 'fleet');
    const target = registry(await repositories.authorization(), undefined);
    const image = await imageOf('1');
    await pushTo(target, 'team/a', image, 'tag');
    expect(await target.manifest('team/a', 'tag')).toMatchObject({
      digest: image.digest,
      mediaType: MANIFEST_TYPE,
    });
    expect(await target.manifest('team/a', 'other')).toBeUndefined();
    const [blob] = image.blobs as [Image['blobs'][number]];
    const size = blob.bytes.length;
    const read = async (content: AsyncIterable<Uint8Array>) => {
      let bytes = 0;
      for await (const chunk of content) bytes += chunk.length;
      return bytes;
    };
    expect(await target.readBlob('team/a', { digest: blob.digest, size }, read)).toBe(size);

    const liar = await answers(() => ({ status: 200, body: {} }));
    const other = registry({ endpoint: liar.url, authorization: 'Basic x' }, undefined);
    await expect(other.readBlob('team/a', { digest: blob.digest, size }, read)).rejects.toThrow(
      /failed 4 times: what came has the digest sha256:/,
    );
  });

  it('tries again what a busy registry refused', async () => {
    let asked = 0;
    const { url } = await answers(() => ({ status: asked++ < 2 ? 503 : 200 }));
    const target = registry({ endpoint: url, authorization: 'Basic x' }, undefined);
    expect(await target.hasBlob('team/a', 'sha256:0')).toBe(true);
    expect(asked).toBe(3);
  });

  it('says what the registry said when it will not have it', async () => {
    const { url } = await answers(() => ({
      status: 403,
      body: { errors: [{ code: 'DENIED', message: 'not yours' }] },
    }));
    const target = registry({ endpoint: url, authorization: 'Basic x' }, undefined);
    await expect(target.putManifest('team/a', 'tag', MANIFEST_TYPE, new Uint8Array())).rejects.toThrow(
      'team/a: tagging tag: the registry answered 403: DENIED not yours',
    );
  });
});
