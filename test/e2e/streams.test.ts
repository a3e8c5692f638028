import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { StreamDocument } from '../../src/lib/fleet/fleet-schema.ts';
import { type DefinitionFolder, definitionFolder } from '../support/definition.ts';
import { type Platform, platform } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** A definition of its own, to be changed, on a platform of its own. */
let folder: DefinitionFolder;
let at: Platform;
beforeAll(async () => {
  folder = definitionFolder();
  at = platform(folder.root);
  const { code, stderr } = await at.gsys('local', 'up');
  expect(code, stderr).toBe(0);
});
afterAll(async () => {
  await at?.remove();
  folder?.remove();
});

/** Changes one stream of gsys.yaml. */
function define(name: string, change: Partial<StreamDocument>): void {
  const document = parse(readFileSync(path.join(folder.root, 'gsys.yaml'), 'utf8'));
  const stream = document.nats.streams.find((one: StreamDocument) => one.name === name);
  Object.assign(stream, change);
  folder.write('gsys.yaml', document);
}

interface Plan {
  streams: { stream: string; action: string; changes: string[]; refused: string[] }[];
}

async function differing() {
  const { code, stdout } = await at.gsys('streams', 'plan', '--exit-code', '--json');
  const { streams } = JSON.parse(stdout) as Plan;
  return { code, streams: streams.filter(({ action }) => action !== 'unchanged') };
}

it('asks, and changes nothing in a dry run', async () => {
  expect((await at.gsys('streams', 'apply')).code).toBe(2);
  expect((await at.gsys('streams', 'apply', '--dry-run')).code).toBe(0);
  const { code, streams } = await differing();
  expect(code).toBe(4);
  expect(streams.map(({ action }) => action)).toEqual(Array(5).fill('create'));
  const verified = await at.gsys('verify', '--only', 'nats.streams');
  expect(verified.code).toBe(1);
  expect(verified.stdout).toContain('$ gsys streams apply');
});

it('survives Ctrl-C, says how far it came, and goes on from there', async () => {
  const first = at.start('streams', 'apply', '--yes');
  let said = '';
  first.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  await until('the first stream to be made', () => said.includes('✓ GAME_EVENTS'));
  first.kill('SIGINT');
  const { exitCode, stderr } = await first;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/interrupted \(SIGINT\)\n {2}changed: GAME_EVENTS/);
  expect((await differing()).streams.map(({ stream }) => stream)).not.toContain('GAME_EVENTS');

  const second = await at.gsys('streams', 'apply', '--yes');
  expect(second.code, second.stderr).toBe(0);
  expect(await differing()).toEqual({ code: 0, streams: [] });
  expect((await at.gsys('verify', '--only', 'nats.streams')).code).toBe(0);
});

it('does nothing where nothing differs', async () => {
  expect(await at.json('streams', 'apply', '--yes')).toMatchObject({
    ...{ schema: 'gsys/streams-apply/v1', outcome: 'nothing-to-do', changed: [] },
  });
});

it('changes a stream in place when its definition has changed', async () => {
  define('DLQ', { maxAge: 60, duplicateWindow: 60 });
  expect(await differing()).toMatchObject({
    code: 4,
    streams: [
      { stream: 'DLQ', action: 'update', changes: [expect.stringMatching(/^maxAge/), expect.anything()] },
    ],
  });
  expect(await at.json('streams', 'apply', '--yes')).toMatchObject({ outcome: 'applied', changed: ['DLQ'] });
  expect((await differing()).code).toBe(0);
});

it('ends with 1 for what JetStream would refuse, and leaves it as it is', async () => {
  define('DLQ', { storage: 'memory', maxAge: 120 });
  const { code, stdout } = await at.gsys('streams', 'apply', '--yes', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ outcome: 'incomplete', changed: ['DLQ'] },
    refused: [expect.stringMatching(/^DLQ storage: file -> memory/)],
  });
  expect((await differing()).streams).toMatchObject([{ stream: 'DLQ', action: 'refused', changes: [] }]);
  expect((await at.gsys('verify', '--only', 'nats.streams')).code).toBe(1);
});
