// Runs what depends on nats-server over the binaries given: npm run test:matrix -- /path/to/nats-server …
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTS = ['test/lib/nats', 'test/services', 'test/e2e/fleet.test.ts'];
const binaries = process.argv.slice(2).map((file) => resolve(file));
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
if (binaries.length === 0)
  fail('name the nats-server binaries: npm run test:matrix -- /path/to/nats-server …');
for (const script of ['setup', 'build']) {
  if (spawnSync('node', [`scripts/${script}.mjs`], { stdio: 'inherit' }).status !== 0) process.exit(1);
}
const rows = binaries.map(runWith);
for (const { version, binary, passed } of rows)
  process.stdout.write(`${passed ? '✓' : '✗'} ${version}  ${binary}\n`);
process.stdout.write(
  `${rows.filter(({ passed }) => passed).length} passed, ${rows.filter(({ passed }) => !passed).length} failed\n`,
);
process.exit(rows.every(({ passed }) => passed) ? 0 : 1);

/** The binary comes first on PATH and by its own variable, so that no test can meet another one. */
function runWith(binary) {
  try {
    accessSync(binary, constants.X_OK);
  } catch {
    fail(`${binary} cannot be executed`);
  }
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim();
  process.stdout.write(`… ${version}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'gsys-matrix-'));
  try {
    symlinkSync(binary, join(folder, 'nats-server'));
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, GSYS_NATS_SERVER: binary };
    const { status } = spawnSync('node_modules/.bin/vitest', ['run', ...TESTS], { stdio: 'inherit', env });
    return { version, binary, passed: status === 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fail(text) {
  process.stderr.write(`error ${text}\n`);
  process.exit(2);
}
