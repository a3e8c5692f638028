import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { gsys } from '../support/cli.ts';
import { CLOUD_ACCESS, cloudOf } from '../support/cloud.ts';
import { type DefinitionFolder, definitionFolder } from '../support/definition.ts';
import { type Platform, platform } from '../support/platform.ts';

const NODES = ['nats-1', 'nats-2', 'nats-3', 'nats-4', 'nats-5'];
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

const definition = () => parse(readFileSync(path.join(folder.root, 'gsys.yaml'), 'utf8'));
const fileOf = (node: string) => path.join(at.home, 'local', 'nats', node, 'nats-server.conf');

interface Line {
  schema: string;
  type: string;
  outcome?: string;
  nodes?: { node: string; action: string; changed: boolean }[];
  permissions?: { users: number; tried: number };
}

/** @returns how it ended, and every line of it */
async function apply(...args: string[]): Promise<{ code: number | undefined; lines: Line[]; last: Line }> {
  const { code, stdout } = await at.gsys('tls', 'apply-config', '--json', ...args);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return { code, lines, last: lines.at(-1) as Line };
}

it('has nothing to do on a platform that has just come up, and tries the permissions of all', async () => {
  const { code, lines, last } = await apply();
  expect(code).toBe(0);
  expect(new Set(lines.map(({ schema }) => schema))).toEqual(new Set(['gsys/tls-apply-config/v1']));
  const nodes = NODES.map((node) => ({ node, action: 'none', changed: false }));
  expect(last).toMatchObject({
    ...{ type: 'result', outcome: 'nothing-to-do', nodes },
    permissions: { users: 3, tried: 3 },
  });
});

it('shows what would be, asks, and changes nothing before', async () => {
  const document = definition();
  document.nats.maxPayload = 2 * 1024 * 1024;
  folder.write('gsys.yaml', document);
  const dry = await at.gsys('tls', 'apply-config', '--dry-run');
  expect(dry.code, dry.stderr).toBe(0);
  expect(dry.stdout).toMatch(/reload {2}nats-5 {2}1 setting differs/);
  expect(dry.stdout).toMatch(/max_payload {2}reload\n {4}- 1048576\n {4}\+ 2097152/);
  expect((await at.gsys('tls', 'apply-config')).code).toBe(2);
  expect((await at.gsys('tls', 'apply-config', 'nats-9', '--yes')).code).toBe(2);
  for (const node of NODES) expect(readFileSync(fileOf(node), 'utf8')).toContain('max_payload: 1048576');
});

it('ends at Ctrl-C when the node that is under way is proved, and goes on from there', async () => {
  const first = at.start('tls', 'apply-config', '--yes');
  first.stderr?.on('data', (chunk) => {
    if (String(chunk).includes('nats-1: configured')) first.kill('SIGINT');
  });
  const { exitCode, stderr } = await first;
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 130,
    stderr: expect.stringContaining('proved: nats-1; under way or next: nats-2'),
  });
  const { code, last } = await apply('--yes');
  expect({ code, outcome: last.outcome }).toEqual({ code: 0, outcome: 'applied' });
  expect(last.nodes?.filter(({ changed }) => changed).map(({ node }) => node)).toEqual(NODES.slice(1));
  expect((await apply('--yes')).last.outcome).toBe('nothing-to-do');
});

it('looks at nodes over Run Command where the environment says so', async () => {
  const document = definition();
  document.environments.cloud = cloudOf(at, { transport: 'ssm' });
  folder.write('gsys.yaml', document);
  const { code, stdout, stderr } = await gsys(['tls', 'apply-config', '--dry-run', '--env', 'cloud'], {
    ...{ cwd: folder.root, env: { ...at.env, ...CLOUD_ACCESS } },
  });
  expect(code, stderr).toBe(0);
  // It would bind all addresses, and monitor on another port.
  expect(stdout).toMatch(/restart {2}nats-5/);
  expect(stdout).toMatch(/\+ 0\.0\.0\.0:\d+/);
  expect(stdout).toContain('jetstream.max_file_store  restart');
});
