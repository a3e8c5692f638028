// The fault matrix: breaks things on purpose and writes what became of it to docs/faults.md. With names of test files it
// runs these alone, and leaves the rows of the others as they were.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFaultTable } from './fault-table.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
run('node', ['scripts/setup.mjs', 'dockerd?', 'nft?', 'ssh?', 'sshd?']);
run('node', ['scripts/build.mjs']);
const folder = mkdtempSync(join(tmpdir(), 'gsys-faults-'));
const report = join(folder, 'report.json');
const chosen = process.argv.slice(2);
const files = [...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const { status } = spawnSync(
  'node_modules/.bin/vitest',
  ['run', '--config', 'vitest.faults.config.ts', ...files],
  {
    stdio: 'inherit',
  },
);
try {
  const { passed, all } = writeFaultTable(JSON.parse(readFileSync(report, 'utf8')), chosen.length === 0);
  process.stdout.write(`${passed} passed, ${all - passed} failed\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status ?? 1);

function run(program, args) {
  const result = spawnSync(program, args, { stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
