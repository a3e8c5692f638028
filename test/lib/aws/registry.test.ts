import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ecr } from '../../../src/lib/aws/ecr.ts';
import { registry } from '../../../src/lib/aws/registry.ts';
import { MANIFEST_TYPE, machineBase, makeImage } from '../../../src/lib/release/build/image.ts';
import { startEndpoint, type TestEndpoint } from '../../local/aws/support/endpoint.ts';
import { accessTo, answers } from './support/answers.ts';

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await startEndpoint();
});
afterEach(() => endpoint.close());

const files = [{ path: 'app/main.js', bytes: Buffer.from('1') }];

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
    const image = await makeImage('a', files, machineBase());
    for (const { digest, bytes } of image.blobs) await target.putBlob('team/a', digest, bytes);
    await target.putManifest('team/a', image.input, MANIFEST_TYPE, image.manifest);
    expect(await repositories.digestOf('team/a', image.input)).toBe(image.digest);
    expect(await target.hasBlob('team/a', image.blobs[0]?.digest ?? '')).toBe(true);
  });

  it('refuses to move a tag', async () => {
    const repositories = ecr(accessTo(endpoint.url));
    await repositories.createRepository('team/a', 'fleet');
    const target = registry(await repositories.authorization(), undefined);
    for (const [text, tag] of [
      ['1', 'first'],
      ['2', 'second'],
    ]) {
      const image = await makeImage(
        'a',
        [{ path: 'app/main.js', bytes: Buffer.from(text ?? '') }],
        machineBase(),
      );
      for (const { digest, bytes } of image.blobs) await target.putBlob('team/a', digest, bytes);
      const put = target.putManifest('team/a', 'tag', MANIFEST_TYPE, image.manifest);
      if (tag === 'first') await put;
      else await expect(put).rejects.toMatchObject({ code: 'PUSH_FAILED' });
    }
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
