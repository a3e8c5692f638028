import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { awsAccess } from '../../../../../src/lib/aws/clients.ts';
import {
  type HealthCommand,
  requireHealthCommands,
} from '../../../../../src/lib/release/build/contents/health-commands.ts';
import { MANIFEST_TYPE } from '../../../../../src/lib/release/build/image.ts';
import { sha256 } from '../../../../../src/lib/release/build/layer.ts';
import { makeLayer } from '../../../../local/runtime/make-image.ts';
import { tempFolder } from '../../../../local/runtime/temp-folder.ts';
import { only, pushGround } from '../../push/support.ts';

const MAIN = ['CMD', 'node', 'main.js'];
const LACKING = ['CMD', 'node', 'health.js'];

/** Two services whose images hold main.js alone, pushed. */
async function pushed() {
  const ground = await pushGround();
  for (const service of ['gateway', 'settings']) await ground.image(service, service);
  const images = new Map(only(await ground.push(), 'pushed').map(({ service, image }) => [service, image]));
  const require = (commands: HealthCommand[]) =>
    requireHealthCommands(ground.fleet, commands, awsAccess(ground.fleet.environment));
  return { ...ground, require, reference: (service: string) => images.get(service) ?? expect.fail() };
}

it('lets commands pass that are in their images, and services without one', async () => {
  const { require, reference } = await pushed();
  await require([
    { service: 'gateway', image: reference('gateway'), command: MAIN },
    { service: 'settings', image: reference('settings'), command: undefined },
  ]);
});

it('names every service whose image lacks its command, and what it lacks', async () => {
  const { require, reference } = await pushed();
  const commands = [
    { service: 'settings', image: reference('settings'), command: ['CMD', 'node', '/opt/health.js'] },
    { service: 'gateway', image: reference('gateway'), command: LACKING },
  ];
  await expect(require(commands)).rejects.toMatchObject({
    code: 'HEALTH_COMMAND_MISSING',
    exitCode: 1,
    details: [
      'gateway: CMD node health.js: there is no /app/health.js',
      'settings: CMD node /opt/health.js: there is no /opt/health.js',
    ],
  });
});

it('looks into the registry for an image that was built elsewhere', async () => {
  const ground = await pushed();
  const image = ground.reference('settings');
  await ground.image('settings', 'built since');
  await ground.require([{ service: 'settings', image, command: MAIN }]);
  await expect(ground.require([{ service: 'settings', image, command: LACKING }])).rejects.toThrow(
    expect.objectContaining({ code: 'HEALTH_COMMAND_MISSING' }),
  );
  const missing = image.replace(/[0-9a-f]{64}$/, '0'.repeat(64));
  await expect(
    ground.require([{ service: 'settings', image: missing, command: MAIN }]),
  ).rejects.toMatchObject({
    code: 'IMAGE_MISSING',
    next: 'gsys push settings',
  });
});

it("looks into somebody else's image layer by layer, and remembers what it saw", async () => {
  const { registry, repositories, require, endpoint } = await pushed();
  const target = await registry();
  await repositories.createRepository('foreign', 'somebody');
  const layer = await makeLayer(tempFolder(), [
    { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
    { name: 'usr/bin/sh' },
    { name: 'usr/bin/curl' },
  ]);
  const { size } = statSync(layer.file);
  const { digest, mediaType, file } = layer;
  await target.putBlob('foreign', { digest, size, content: async () => createReadStream(file) });
  const config = Buffer.from(JSON.stringify({ os: 'linux', config: { Env: ['PATH=/usr/bin'] } }));
  const blob = { digest: sha256(config), size: config.length };
  await target.putBlob('foreign', { ...blob, content: async () => Readable.from([config]) });
  const parts = { config: { mediaType: 'config', ...blob }, layers: [{ mediaType, digest, size }] };
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, ...parts }));
  await target.putManifest('foreign', 'latest', MANIFEST_TYPE, manifest);
  const image = `${endpoint.host}/foreign@${sha256(manifest)}`;

  await require([
    { service: 'settings', image, command: ['CMD-SHELL', 'curl -f http://localhost || exit 1'] },
  ]);
  await expect(
    require([{ service: 'settings', image, command: ['CMD', 'wget', 'x'] }]),
  ).rejects.toMatchObject({
    details: ['settings: CMD wget x: "wget" is not in its PATH'],
  });
  await expect(require([{ service: 'settings', image, command: LACKING }])).rejects.toMatchObject({
    details: ['settings: CMD node health.js: "node" is not in its PATH'],
  });
});
