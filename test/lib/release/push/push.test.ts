import { createReadStream } from 'node:fs';
import { ECR } from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import { BASE_SIZE, only, pushGround } from './support.ts';

const SETTINGS = 'bodybroker-services/settings-nats';

async function readyToPush(...change: Parameters<typeof pushGround>) {
  const ground = await pushGround(...change);
  await ground.image('gateway', 'g');
  await ground.image('settings', 's');
  return ground;
}

describe('a push', () => {
  it('makes repositories whose tags stay and whose images are scanned', async () => {
    const ground = await readyToPush();
    const created = only(await ground.push(), 'created');
    expect(created.map(({ service }) => service).sort()).toEqual(['gateway', 'settings']);
    const { repositories } = await new ECR(ground.endpoint.client).describeRepositories({});
    expect(repositories).toHaveLength(2);
    for (const repository of repositories ?? [])
      expect(repository).toMatchObject({
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
      });
  });

  it('sends what images share once, and leaves each behind its tag', async () => {
    const ground = await readyToPush();
    const pushed = only(await ground.push(), 'pushed');
    expect(pushed.map(({ mounted }) => mounted).sort()).toEqual([0, BASE_SIZE]);
    const sent = pushed.reduce((sum, event) => sum + event.sent, 0);
    expect(sent).toBeGreaterThan(BASE_SIZE);
    expect(sent).toBeLessThan(1.5 * BASE_SIZE);
    for (const { service, input, image } of pushed) {
      const { repository } = ground.fleet.services.find(({ name }) => name === service) ?? expect.fail();
      const digest = await ground.repositories.digestOf(repository, input);
      expect(image).toBe(`${ground.endpoint.host}/${repository}@${digest}`);
    }
  });

  it('sends nothing of what is there, and of a change the change alone', async () => {
    const ground = await readyToPush();
    await ground.push();
    let sent = 0;
    const count = (bytes: number) => {
      sent += bytes;
    };
    expect(only(await ground.push(undefined, count), 'unchanged')).toHaveLength(2);
    expect(sent).toBe(0);
    await ground.image('settings', 'changed');
    const again = await ground.push(undefined, count);
    expect(only(again, 'pushed')).toMatchObject([{ service: 'settings', mounted: BASE_SIZE }]);
    expect(sent).toBeLessThan(10_000);
  });

  it('gives a new service what the others have already', async () => {
    const ground = await readyToPush();
    await ground.push();
    await new ECR(ground.endpoint.client).deleteRepository({ repositoryName: SETTINGS, force: true });
    const again = await ground.push();
    expect(only(again, 'created')).toMatchObject([{ service: 'settings' }]);
    expect(only(again, 'pushed')).toMatchObject([{ service: 'settings', mounted: BASE_SIZE }]);
  });

  it('that was cut short goes on where it was', async () => {
    const ground = await readyToPush();
    const stop = new AbortController();
    const reason = new Error('enough');
    await expect(ground.push(stop.signal, () => stop.abort(reason))).rejects.toThrow();
    const target = await ground.registry();
    const image = await ground.image('settings', 's');
    const blob = { digest: image.config.digest, size: image.config.size };
    await target.putBlob(SETTINGS, { ...blob, content: async () => createReadStream(image.config.file) });
    const settings = only(await ground.push(), 'pushed').find(({ service }) => service === 'settings');
    const base = settings?.mounted === 0 ? BASE_SIZE : 0;
    expect(settings?.sent).toBe(image.manifest.length + (image.layers[1]?.size ?? 0) + base);
    expect(await target.manifest(SETTINGS, image.input)).toMatchObject({ digest: image.digest });
  });

  it('warns of repositories whose tags can be moved, and says how to change that', async () => {
    const ground = await readyToPush();
    await new ECR(ground.endpoint.client).createRepository({ repositoryName: SETTINGS });
    const events = await ground.push();
    expect(only(events, 'warning')).toEqual([
      {
        type: 'warning',
        message: `tags can be moved in ${SETTINGS}, which gsys did not make`,
        repositories: [SETTINGS],
        next: expect.stringMatching(
          /^for name in bodybroker-services\/settings-nats; do .*aws .*put-image-tag-mutability --image-tag-mutability IMMUTABLE --repository-name \$name; done$/,
        ),
      },
    ]);
    expect(only(events, 'pushed')).toHaveLength(2);
  });
});

describe('a tag that is there already', () => {
  const moved = async () => {
    const ground = await readyToPush();
    await new ECR(ground.endpoint.client).createRepository({ repositoryName: SETTINGS });
    const wanted = await ground.image('settings', 's');
    const other = await ground.image('settings', 'somebody else');
    const target = await ground.registry();
    return { ground, wanted, other, target };
  };

  it('is taken for the image when it holds the same, however it was compressed', async () => {
    const { ground, wanted, target } = await moved();
    await ground.image('settings', 's');
    await ground.push();
    const found = await target.manifest(SETTINGS, wanted.input);
    const manifest = JSON.parse(Buffer.from(found?.bytes ?? []).toString());
    const spaced = Buffer.from(JSON.stringify(manifest, undefined, 1));
    await target.putManifest(SETTINGS, wanted.input, manifest.mediaType, spaced);
    const [, settings] = only(await ground.push(), 'unchanged').sort((a, b) =>
      a.service < b.service ? -1 : 1,
    );
    const { digest } = (await target.manifest(SETTINGS, wanted.input)) ?? expect.fail();
    expect(digest).not.toBe(wanted.digest);
    expect(settings?.image).toMatch(digest);
  });

  it('is refused when somebody has put another image there', async () => {
    const { ground, wanted, other, target } = await moved();
    await ground.push();
    await target.putManifest(
      SETTINGS,
      wanted.input,
      'application/vnd.oci.image.manifest.v1+json',
      other.manifest,
    );
    await ground.image('settings', 's');
    await expect(ground.push()).rejects.toMatchObject({
      code: 'PUSH_FAILED',
      message: `${SETTINGS}: the tag ${wanted.input} names another image than these sources give`,
    });
  });
});

it('images on a machine of its own Node go nowhere else, and it says what to configure', async () => {
  const ground = await readyToPush({ name: 'production', platform: 'aws' });
  await expect(ground.push()).rejects.toMatchObject({
    code: 'PUSH_FAILED',
    next: 'in gsys.yaml, environments.production.image.base: <repositoryUri>@sha256:…; then: gsys build --env production',
  });
  expect(await ground.repositories.repositories([SETTINGS])).toEqual(new Map());
});

it('what was never built is named', async () => {
  const ground = await pushGround();
  await ground.image('gateway', 'g');
  await expect(ground.push()).rejects.toMatchObject({ code: 'IMAGE_MISSING', next: 'gsys build settings' });
});
