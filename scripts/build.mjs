// Builds what runs: contracts (buf), dist/ (esbuild: ESM, split, tree-shaken) and the oclif manifest.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const run = (program, ...args) =>
  execFileSync(`node_modules/.bin/${program}`, args, { stdio: ['ignore', 'ignore', 'inherit'] });

if (existsSync('proto/common.proto')) run('buf', 'build', '-o', 'proto/descriptors.binpb');
run('buf', 'generate');

const commands = readdirSync('src/commands', { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const entries = Object.fromEntries(
  commands.map((file) => [`commands/${file.slice(0, -3)}`, `src/commands/${file}`]),
);
const supervisor = 'src/local/supervisor/main.ts';

rmSync('dist', { recursive: true, force: true });
const result = await build({
  entryPoints: { ...entries, cli: 'src/cli.ts', ...(existsSync(supervisor) && { supervisor }) },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  // The SDK's single-file CommonJS cannot be tree-shaken; its ES modules can.
  mainFields: ['module', 'main'],
  // esbuild finds its own binary beside itself; oclif would pull the compiler in.
  external: ['esbuild', 'typescript', 'ts-node', 'react-devtools-core'],
  banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
  metafile: true,
});
run('oclif', 'manifest');

import { writeFileSync } from 'node:fs';
writeFileSync('/tmp/meta.json', JSON.stringify(result.metafile));
