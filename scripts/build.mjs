// Builds what runs: contracts (buf), dist/ (esbuild: ESM, split, tree-shaken) and the oclif manifest.
// Does nothing when its inputs are those of the last build; --force builds all the same.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lean } from './lean.mjs';

const INPUTS = [
  'src',
  'proto',
  'services',
  'scripts/build.mjs',
  'scripts/lean.mjs',
  'package.json',
  'package-lock.json',
  'buf.yaml',
  'buf.gen.yaml',
];
const OUTPUTS = ['dist/cli.js', 'oclif.manifest.json', 'proto/descriptors.binpb', 'services/gen'];
const MARK = 'dist/.inputs';
const NEXT = 'dist.new';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const inputs = hashOf(INPUTS);
const built =
  OUTPUTS.every((file) => existsSync(file)) && existsSync(MARK) && readFileSync(MARK, 'utf8') === inputs;
if (!built || process.argv.includes('--force')) await buildAll();

async function buildAll() {
  run('buf', 'build', '-o', 'proto/descriptors.binpb');
  run('buf', 'generate');
  rmSync(NEXT, { recursive: true, force: true });
  // Two builds: what they shared would be the sum of what each needs, and every command would wait for it.
  await bundle({
    entryPoints: { ...commands(), cli: 'src/cli.ts', runner: 'src/runner/main.ts' },
    splitting: true,
    // A third less to parse before anything happens; `node --enable-source-maps` gives the names back.
    minifyIdentifiers: true,
    sourcemap: 'linked',
    plugins: [lean],
  });
  await bundle({ entryPoints: { supervisor: 'src/local/supervisor/main.ts' } });
  // A build that fails leaves the one before in place.
  rmSync('dist', { recursive: true, force: true });
  renameSync(NEXT, 'dist');
  run('oclif', 'manifest');
  writeFileSync(MARK, inputs);
}

function bundle(what) {
  return build({
    ...what,
    outdir: NEXT,
    bundle: true,
    minifyWhitespace: true,
    minifySyntax: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    // The SDK's single-file CommonJS cannot be tree-shaken; its ES modules can.
    mainFields: ['module', 'main'],
    // esbuild finds its binary beside itself; oclif would pull a compiler in, and Ink a debugger.
    external: ['esbuild', 'typescript', 'ts-node', 'react-devtools-core'],
    banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
}

function commands() {
  const files = readdirSync('src/commands', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return Object.fromEntries(files.map((file) => [`commands/${file.slice(0, -3)}`, `src/commands/${file}`]));
}

function run(program, ...args) {
  const env = { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true' };
  execFileSync(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths
    .flatMap(filesOf)
    .filter((name) => !name.startsWith('services/gen/') && !name.endsWith('.binpb'))) {
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(`${path}/${name}`));
}
