import path from 'node:path';
import type { BuildFailure, Metafile } from 'esbuild';
import { GsysError } from '../../errors.ts';
import type { Fleet, Service } from '../../fleet/fleet.ts';

/** What esbuild made of one service: bytes that depend on the sources alone. */
export interface Bundle {
  main: Uint8Array;
  health: Uint8Array;
  /** The files that it was made of, absolute. */
  sources: string[];
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
  const output = (name: string): Output => {
    const found = outputs.get(path.join(outdir, name));
    if (found === undefined) throw new GsysError('BUILD_FAILED', `esbuild made no ${name}`);
    return found;
  };
  return new Map(
    services.map(({ name }) => {
      const [main, health] = [output(`${name}/main.js`), output('health.js')];
      const sources = [...new Set([...main.sources, ...health.sources])];
      return [name, { main: main.bytes, health: health.bytes, sources }];
    }),
  );
}

interface Output {
  bytes: Uint8Array;
  sources: string[];
}

async function bundle(
  root: string,
  outdir: string,
  entryPoints: Record<string, string>,
): Promise<Map<string, Output>> {
  // Loaded here: a build that finds nothing changed needs no bundler.
  const { build } = await import('esbuild');
  try {
    const { outputFiles, metafile } = await build({
      entryPoints,
      outdir,
      // Paths in the output's comments are relative to this: the same on every machine.
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      mainFields: ['module', 'main'],
      banner: { js: BANNER },
      define: { 'process.env.NODE_ENV': '"production"' },
      logLevel: 'silent',
    });
    const sources = sourcesOf(root, metafile);
    return new Map(
      outputFiles.map(({ path: file, contents }) => [
        file,
        { bytes: contents, sources: sources.get(file) ?? [] },
      ]),
    );
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

function sourcesOf(root: string, { outputs }: Metafile): Map<string, string[]> {
  const absolute = (file: string) => path.resolve(root, file);
  return new Map(
    Object.entries(outputs).map(([file, { inputs }]) => [absolute(file), Object.keys(inputs).map(absolute)]),
  );
}
