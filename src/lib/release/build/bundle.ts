import path from 'node:path';
import { type BuildFailure, build } from 'esbuild';
import { GsysError } from '../../errors.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';

/** What esbuild made of one service: bytes that depend on the sources alone. */
export interface Bundle {
  main: Uint8Array;
  health: Uint8Array;
}

/** CommonJS packages inside an ES module ask for `require`. */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

/** Bundles every service in one go, so that what they share is read and parsed once. */
export async function bundleServices(fleet: Fleet, services: Service[]): Promise<Map<string, Bundle>> {
  const health = path.join(fleet.root, 'services', 'sdk', 'health-command.ts');
  const mains = services.map(({ name, folder }) => [`${name}/main`, path.join(folder, 'main.ts')]);
  const outdir = path.join(fleet.root, 'bundle');
  const outputs = await bundle(fleet.root, outdir, { ...Object.fromEntries(mains), health });
  const output = (name: string): Uint8Array => {
    const bytes = outputs.get(path.join(outdir, name));
    if (bytes === undefined) throw new GsysError('BUILD_FAILED', `esbuild made no ${name}`);
    return bytes;
  };
  return new Map(
    services.map(({ name }) => [name, { main: output(`${name}/main.js`), health: output('health.js') }]),
  );
}

async function bundle(
  root: string,
  outdir: string,
  entryPoints: Record<string, string>,
): Promise<Map<string, Uint8Array>> {
  try {
    const { outputFiles } = await build({
      entryPoints,
      outdir,
      // Paths in the output's comments are relative to this: the same on every machine.
      absWorkingDir: root,
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      mainFields: ['module', 'main'],
      banner: { js: BANNER },
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'silent',
    });
    return new Map(outputFiles.map(({ path: file, contents }) => [file, contents]));
  } catch (cause) {
    const { errors = [] } = cause as Partial<BuildFailure>;
    const details = errors.map(({ text, location }) =>
      location ? `${location.file}:${location.line}: ${text}` : text,
    );
    throw new GsysError('BUILD_FAILED', 'the services cannot be bundled', {
      cause,
      details: details.length > 0 ? details : [String(cause)],
    });
  }
}
