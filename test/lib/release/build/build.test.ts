import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import { loadFleet } from '../../../../src/lib/fleet/load.ts';
import { build } from '../../../../src/lib/release/build/build.ts';
import { imageStore } from '../../../../src/lib/release/build/image-store.ts';
import { fleetFolder } from '../../../support/fleet-folder.ts';

/** A fleet of two services in a folder of its own. */
function ownFleet() {
  const { root, remove } = fleetFolder();
  onTestFinished(remove);
  const load = () => loadFleet({ from: root });
  return {
    root,
    store: async () => imageStore((await load()).environment.stateDir),
    /** What a build says, sorted by service. */
    async build(names = ['gateway', 'settings']) {
      const fleet = await load();
      const services = fleet.services.filter(({ name }) => names.includes(name));
      const events = [];
      for await (const event of build(fleet, services, awsAccess(fleet.environment))) events.push(event);
      return events.sort((a, b) => (a.service < b.service ? -1 : 1));
    },
  };
}

describe('a build', () => {
  it('makes the same images in another folder, at the same time, and one by one', async () => {
    const [one, two, three] = [ownFleet(), ownFleet(), ownFleet()];
    const [first, second] = await Promise.all([one.build(), two.build()]);
    const single = [...(await three.build(['gateway'])), ...(await three.build(['settings']))];
    const digests = (events: typeof first) => events.map(({ digest, input }) => [digest, input]);
    expect(first.map(({ type }) => type)).toEqual(['built', 'built']);
    expect(digests(second)).toEqual(digests(first));
    expect(digests(single)).toEqual(digests(first));
  });

  it('puts one base under all, once on the disk', async () => {
    const fleet = ownFleet();
    await fleet.build();
    const store = await fleet.store();
    const [gateway, settings] = await Promise.all([store.find('gateway'), store.find('settings')]);
    expect(gateway?.layers).toHaveLength(2);
    expect(gateway?.layers[0]?.digest).toBe(settings?.layers[0]?.digest);
    const inodes = [gateway, settings].map((image) => statSync(image?.layers[0]?.file ?? '').ino);
    expect(inodes[0]).toEqual(inodes[1]);
  });

  it('leaves alone what did not change, and makes what did', async () => {
    const fleet = ownFleet();
    await fleet.build();
    for (const expected of ['unchanged', 'unchanged'])
      expect((await fleet.build()).map(({ type }) => type)).toEqual(['unchanged', expected]);
    appendFileSync(path.join(fleet.root, 'services/settings/main.ts'), '\nconsole.log(1);\n');
    expect((await fleet.build()).map(({ type }) => type)).toEqual(['unchanged', 'built']);
  });

  it('makes nothing of a change that comes to nothing', async () => {
    const fleet = ownFleet();
    await fleet.build();
    appendFileSync(path.join(fleet.root, 'services/settings/main.ts'), '\n// Only a remark.\n');
    expect((await fleet.build()).map(({ type }) => type)).toEqual(['unchanged', 'unchanged']);
  });

  it('sees a file that was written in the very moment it was read', async () => {
    const fleet = ownFleet();
    const main = path.join(fleet.root, 'services/settings/main.ts');
    const text = readFileSync(main, 'utf8');
    for (let i = 0; i < 3; i++) {
      writeFileSync(main, `${text}\nconsole.log(${i});\n`);
      expect((await fleet.build(['settings']))[0]?.type).toBe('built');
    }
  });

  it('sees a change of the definition and of the contracts', async () => {
    const fleet = ownFleet();
    await fleet.build();
    const service = path.join(fleet.root, 'services/settings/service.yaml');
    writeFileSync(service, readFileSync(service, 'utf8').replace(/^purpose: .*$/m, 'purpose: another one'));
    expect((await fleet.build()).map(({ type }) => type)).toEqual(['unchanged', 'built']);
  });

  it('makes an image again that somebody removed', async () => {
    const fleet = ownFleet();
    const [, settings] = await fleet.build();
    const image = await (await fleet.store()).find('settings');
    writeFileSync(image?.layers.at(-1)?.file ?? '', 'half');
    expect((await fleet.build())[1]).toMatchObject({ type: 'built', digest: settings?.digest });
  });

  it('of a source that is no source names file and line', async () => {
    const fleet = ownFleet();
    writeFileSync(path.join(fleet.root, 'services/settings/main.ts'), 'const = 1;\n');
    await expect(fleet.build()).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      details: [expect.stringMatching(/^services\/settings\/main\.ts:1: /)],
    });
  });
});
