import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkEnvironment } from '../../../src/lib/fleet/complete.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { type DefinitionFolder, definitionFolder } from '../../support/definition.ts';

let folder: DefinitionFolder;
beforeEach(() => {
  folder = definitionFolder();
  const text = readFileSync(path.join(folder.root, 'gsys.yaml'), 'utf8');
  const [before, example] = text.split('  # A production environment');
  const lines = (example ?? '').split('\n').slice(1);
  folder.write('gsys.yaml', `${before}${lines.map((line) => line.replace(/^ {2}# /, '  ')).join('\n')}`);
});
afterEach(() => folder.remove());

it('the commented production environment of gsys.yaml is valid', async () => {
  const fleet = await loadFleet({ from: folder.root, environment: 'production' });
  expect(fleet.environment).toMatchObject({
    platform: 'aws',
    account: '123456789012',
    protected: true,
    endpoint: undefined,
    redis: { endpoints: [{ host: 'redis.internal.example.com', port: 6379 }] },
  });
  expect(fleet.environment.nats.nodes).toHaveLength(5);
});

it('it is refused while its operator files are missing, each named', async () => {
  const fleet = await loadFleet({ from: folder.root, environment: 'production' });
  expect(() => checkEnvironment(fleet)).toThrow(
    expect.objectContaining({
      exitCode: 2,
      details: expect.arrayContaining([
        expect.stringMatching(/operator: there is no .*gsys-operator\/cert\.pem/),
      ]),
    }),
  );
});
