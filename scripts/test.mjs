// Everything that must hold, in one command; the last line counts it. Usage: test.mjs [vitest arguments…]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const bin = (name) => `node_modules/.bin/${name}`;
if (
  run('setup', 'node', [
    'scripts/setup.mjs',
    'openssl',
    '/usr/bin/aws?',
    'dockerd?',
    'nft?',
    'ssh?',
    'sshd?',
  ]) !== 0 ||
  run('build', 'node', ['scripts/build.mjs']) !== 0
) {
  finish(0, 1);
}
const checks = [
  run('types', bin('tsc'), ['-p', '.']),
  run('lint', bin('biome'), ['ci', '--error-on-warnings', '.']),
  run('contracts lint', bin('buf'), ['lint']),
  run('contracts of the last release', bin('buf'), ['breaking', '--against', 'proto/released.binpb']),
  run('import direction', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'src', 'services']),
  run('dead code', bin('knip'), []),
];
const failed = checks.filter((code) => code !== 0).length;
const tests = runTests(process.argv.slice(2));
finish(checks.length - failed + tests.passed, failed + tests.failed);

function run(title, program, args) {
  const started = Date.now();
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  const took = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${status === 0 ? '✓' : '✗'} ${title} ${took}s${error ? ` (${error.message})` : ''}\n`,
  );
  return status ?? 1;
}

function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'gsys-test-'));
  const report = join(folder, 'report.json');
  const code = run('tests', bin('vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ]);
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that cannot even be loaded has no tests to count, and is a failure all the same.
    const broken = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
    );
    const failures = numFailedTests + broken.length;
    return { passed: numPassedTests, failed: code !== 0 && failures === 0 ? 1 : failures };
  } catch (error) {
    process.stdout.write(`vitest left no report: ${error.message}\n`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function finish(passed, failures) {
  process.stdout.write(`${passed} passed, ${failures} failed\n`);
  process.exit(failures === 0 && passed > 0 ? 0 : 1);
}
