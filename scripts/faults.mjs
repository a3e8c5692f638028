// The fault matrix: breaks things on purpose and writes what became of it to docs/faults.md. With names of test files it
// runs these alone, and leaves the rows of the others as they were.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TABLE = 'docs/faults.md';
const HEAD = `# Fault matrix

\`npm run test:faults\` runs all of it, \`npm run test:faults -- NAME\` the files of a name. Faults that need seconds only are
in \`npm test\` (test/e2e).

| fault | outcome | took | last run |
|---|---|---|---|
`;
const today = new Date().toISOString().slice(0, 10);
/** Of one file; more are a table of their own, and here one line. */
const MOST_ROWS = 40;

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
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const rows = testResults.flatMap(rowsOf);
  const text = (lines) => `${HEAD}${lines.sort().join('\n')}\n`;
  writeFileSync(TABLE, text(chosen.length === 0 ? rows : [...othersThan(rows), ...rows]));
  const passed = tests.filter((test) => test.status === 'passed').length;
  process.stdout.write(`${passed} passed, ${tests.length - passed} failed\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status ?? 1);

function rowsOf({ name, assertionResults: results, startTime, endTime }) {
  const seconds = (ms) => `${((ms ?? 0) / 1000).toFixed(1)} s`;
  if (results.length <= MOST_ROWS)
    return results.map(
      ({ ancestorTitles, title, status: outcome, duration, meta }) =>
        `| ${[...ancestorTitles, title].join(': ')} | ${[outcome, meta?.measured].filter(Boolean).join(': ')} | ${seconds(duration)} | ${today} |`,
    );
  const passed = results.filter(({ status: outcome }) => outcome === 'passed').length;
  const outcome = `${passed} of ${results.length} passed`;
  return [`| all of ${basename(name)} | ${outcome} | ${seconds(endTime - startTime)} | ${today} |`];
}

/** Rows of the last table that were not made anew. */
function othersThan(rows) {
  const nameOf = (row) => row.split(' | ')[0];
  const made = rows.map(nameOf);
  const isRow = (line) => line.startsWith('| ') && !line.startsWith('| fault |');
  return readFileSync(TABLE, 'utf8')
    .split('\n')
    .filter((line) => isRow(line) && !made.includes(nameOf(line)));
}

function run(program, args) {
  const result = spawnSync(program, args, { stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
