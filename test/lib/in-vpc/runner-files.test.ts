import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { runnerFiles } from '../../../src/lib/in-vpc/runner-files.ts';
import { type DefinitionFolder, definitionFolder, REPOSITORY } from '../../support/definition.ts';

let folder: DefinitionFolder;
beforeEach(() => {
  folder = definitionFolder();
  folder.write('proto/descriptors.binpb', 'contracts');
});
afterEach(() => folder.remove());

function program(...built: string[]) {
  for (const name of ['package.json', 'oclif.manifest.json', ...built.map((name) => `program/dist/${name}`)])
    folder.write(name.startsWith('program') ? name : `program/${name}`, '{}');
  return path.join(folder.root, 'program');
}

async function sources() {
  const fleet = await loadFleet({ from: folder.root });
  return { fleet, definition: path.join(folder.root, 'gsys.yaml'), built: '{}', given: [] };
}

it('the program, the definition and what was built: neither the embedded platform nor a key', async () => {
  // Beside the definition, on the machine of whoever types.
  mkdirSync(path.join(folder.root, '.gsys/local/certs'), { recursive: true });
  writeFileSync(path.join(folder.root, '.gsys/local/certs/key.pem'), 'secret');
  const built = ['cli.js', 'cli.js.map', 'runner.js', 'commands/verify.js', 'supervisor.js'];
  const files = runnerFiles({ ...(await sources()), program: program(...built) });
  expect(files.map(({ path }) => path.replace('app/', ''))).toEqual([
    'dist/cli.js',
    'dist/commands/verify.js',
    'dist/runner.js',
    'fleet/gsys.yaml',
    'fleet/proto/descriptors.binpb',
    'fleet/services/gateway/service.yaml',
    'fleet/services/settings/service.yaml',
    'fleet/templates/task-defs/gateway.json',
    'fleet/templates/task-defs/nats-service.json',
    'home/local/built.json',
    'main.js',
    'oclif.manifest.json',
    'package.json',
  ]);
});

it('a file that the command is to read comes along under its own name', async () => {
  const from = { ...(await sources()), program: program('cli.js') };
  const given = path.relative(process.cwd(), path.join(REPOSITORY, 'package.json'));
  const [file] = runnerFiles({ ...from, given: [given] }).filter(({ path }) => path.startsWith('app/here/'));
  expect(file).toMatchObject({ path: 'app/here/package.json' });
  for (const elsewhere of ['../plan.json', '/tmp/plan.json', 'not-there.json'])
    expect(() => runnerFiles({ ...from, given: [elsewhere] })).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(elsewhere) }),
    );
});

it('gsys that was not built says so', async () => {
  const from = await sources();
  expect(() => runnerFiles({ ...from, program: folder.root })).toThrow(
    expect.objectContaining({ code: 'BUILD_FAILED', next: 'npm run build' }),
  );
});
