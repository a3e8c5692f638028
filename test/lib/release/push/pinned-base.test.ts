import { createReadStream } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import { registry } from '../../../../src/lib/aws/registry.ts';
import type { BaseImage } from '../../../../src/lib/fleet/fleet.ts';
import { parseImageReference } from '../../../../src/lib/fleet/image-reference.ts';
import { pinnedBase } from '../../../../src/lib/release/build/base/pinned-base.ts';
import { MANIFEST_TYPE } from '../../../../src/lib/release/build/image.ts';
import { sha256 } from '../../../../src/lib/release/build/layer.ts';
import { imageSender } from '../../../../src/lib/release/push/send-image.ts';
import { BASE_SIZE, machineBase, only, pushGround } from './support.ts';

const REPOSITORY = 'base/node';

/** A registry that holds a base image of one layer, and an environment that names it. */
async function withBase() {
  const ground = await pushGround();
  await ground.repositories.createRepository(REPOSITORY, 'somebody');
  const target = await ground.registry();
  const [layer] = (await machineBase(ground.fleet.environment.stateDir)).layers;
  const { file = '', ...descriptor } = layer ?? expect.fail();
  const config = Buffer.from(
    JSON.stringify({
      ...{ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [descriptor.diffId] } },
      config: { Env: ['NODE_VERSION=20.1.0'] },
    }),
  );
  const blob = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: sha256(config),
    size: config.length,
  };
  await target.putBlob(REPOSITORY, { ...descriptor, content: async () => createReadStream(file) });
  await target.putBlob(REPOSITORY, { ...blob, content: async () => bytesOf(config) });
  const parts = { config: blob, layers: [descriptor] };
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, ...parts }));
  await target.putManifest(REPOSITORY, 'latest', MANIFEST_TYPE, manifest);
  const base = `${ground.endpoint.host}/${REPOSITORY}@${sha256(manifest)}`;
  const reference = parseImageReference(base) ?? expect.fail();
  const pinned: BaseImage = { ...reference, base, node: undefined, architecture: 'amd64' };
  Object.assign(ground.fleet.environment, { image: pinned });
  const folder = path.join(ground.fleet.environment.stateDir, 'base');
  const fetchBase = (from = pinned) => pinnedBase(folder, from, awsAccess(ground.fleet.environment));
  return { ...ground, pinned, fetchBase };
}

describe('a base that gsys.yaml names', () => {
  it('is fetched once, without its layers', async () => {
    const ground = await withBase();
    const base = await ground.fetchBase();
    expect(base).toMatchObject({ name: ground.pinned.base, node: '20', digest: ground.pinned.digest });
    expect(base.layers.map(({ file }) => file)).toEqual([undefined]);
    await ground.endpoint.close();
    expect(await ground.fetchBase()).toEqual(base);
  });

  it('stands under images that go outside of the embedded platform, and is not sent', async () => {
    const ground = await withBase();
    Object.assign(ground.fleet.environment, { platform: 'aws' });
    const base = await ground.fetchBase();
    for (const service of ['gateway', 'settings']) await ground.image(service, service, base);
    let sent = 0;
    const pushed = only(
      await ground.push(undefined, (bytes) => {
        sent += bytes;
      }),
      'pushed',
    );
    expect(pushed.map(({ mounted }) => mounted)).toEqual([BASE_SIZE, BASE_SIZE]);
    expect(sent).toBeLessThan(10_000);
  });

  it('that the registry does not have, or another registry has, is named with the way out', async () => {
    const ground = await withBase();
    const digest = `sha256:${'0'.repeat(64)}`;
    await expect(ground.fetchBase({ ...ground.pinned, digest })).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringContaining(`repository ${REPOSITORY} has no image ${digest}`),
    });
    const other = { ...ground.pinned, base: `docker.io/node@${digest}`, registry: 'docker.io' };
    await expect(ground.fetchBase(other)).rejects.toMatchObject({
      message: expect.stringContaining(`images of this environment go to ${ground.endpoint.host}`),
      next: expect.stringContaining('docker buildx imagetools create'),
    });
  });
});

it('a registry that shares no layers gets them again, fetched once', async () => {
  const ground = await withBase();
  const base = await ground.fetchBase();
  const { endpoint, requests } = await withoutMounting(ground.endpoint.url);
  const { authorization } = await ground.repositories.authorization();
  const target = registry({ endpoint, authorization }, undefined);
  const { environment } = ground.fleet;
  const sender = imageSender({ target, environment, holders: [], onSent: () => undefined });
  for (const { name, repository } of ground.fleet.services) {
    await ground.repositories.createRepository(repository, 'fleet');
    const { sent, mounted } = await sender.send(repository, await ground.image(name, name, base));
    expect(mounted).toBe(0);
    expect(sent).toBeGreaterThan(BASE_SIZE);
  }
  expect(sender.sentAgain()).toBe(BASE_SIZE);
  expect(
    requests.filter((line) => line === `GET /v2/${REPOSITORY}/blobs/${base.layers[0]?.digest}`),
  ).toHaveLength(1);
});

/** As ECR is unless its account says otherwise. */
async function withoutMounting(target: string): Promise<{ endpoint: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url = '', headers } = incoming;
    requests.push(`${method} ${url}`);
    const asked = new URL(url, target);
    asked.searchParams.delete('mount');
    const options = { method: method ?? 'GET', headers: { ...headers, host: asked.host } };
    const forwarded = request(asked, options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function* bytesOf(bytes: Uint8Array) {
  yield bytes;
}
