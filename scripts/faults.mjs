// The fault matrix: breaks things on purpose and writes what became of it to docs/faults.md.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of one file; more are a table of their own, and here one line. */
const MOST_ROWS = 40;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
run('node', ['scripts/setup.mjs', 'dockerd?', 'nft?']);
run('node', ['scripts/build.mjs']);
const folder = mkdtempSync(join(tmpdir(), 'gsys-faults-'));
const report = join(folder, 'report.json');
const files = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
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
  const date = new Date().toISOString().slice(0, 10);
  const head = `# Fault matrix\n\n\`npm run test:faults\`, last run ${date}. Faults that need seconds only are in \`npm test\` (test/e2e).\n`;
  writeFileSync(
    'docs/faults.md',
    `${head}\n| fault | outcome | took |\n|---|---|---|\n${rows.sort().join('\n')}\n`,
  );
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
      ({ ancestorTitles, title, status: outcome, duration }) =>
        `| ${[...ancestorTitles, title].join(': ')} | ${outcome} | ${seconds(duration)} |`,
    );
  const passed = results.filter(({ status: outcome }) => outcome === 'passed').length;
  const outcome = passed === results.length ? 'passed' : 'failed';
  return [
    `| ${basename(name)}: ${passed} of ${results.length} | ${outcome} | ${seconds(endTime - startTime)} |`,
  ];
}

function run(program, args) {
  const result = spawnSync(program, args, { stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
