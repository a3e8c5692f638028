import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';

export interface FoundCli {
  file: string;
  /** `2.9.19`. */
  version: string;
  kind: 'debian cli' | 'newer cli';
  /** The Python that it runs in, which has its botocore. */
  python: string;
}

/** By its path: whatever else is called `aws` may come first on PATH. */
const DEBIAN = '/usr/bin/aws';
/** The first releases that know StopServiceDeployment, the youngest call of the table: of May 2025. */
const NEW_ENOUGH: Record<string, number> = { 1: 40, 2: 27 };

/** Debian's AWS CLI, and the first newer one on PATH; either may be missing. */
export function findClis(): FoundCli[] {
  const onPath = (process.env.PATH ?? '').split(':').map((folder) => path.join(folder, 'aws'));
  const others = [...new Set(onPath.filter((file) => existsSync(file)).map(unwrapped))];
  const newer = others.flatMap((file) => look(file, 'newer cli')).find(isNewEnough);
  return [...look(DEBIAN, 'debian cli'), ...(newer ? [newer] : [])];
}

function look(file: string, kind: FoundCli['kind']): FoundCli[] {
  if (!existsSync(file)) return [];
  const { stdout } = execaSync(file, ['--version'], { reject: false });
  const version = /^aws-cli\/(\S+)/.exec(stdout)?.[1];
  const python = /^#!\s*(\S+)/.exec(readFileSync(file, 'utf8'))?.[1];
  return version && python ? [{ file, version, kind, python }] : [];
}

function isNewEnough({ version }: FoundCli): boolean {
  const [major = '', minor] = version.split('.');
  return Number(minor) >= (NEW_ENOUGH[major] ?? Number.POSITIVE_INFINITY);
}

/** pyenv puts a script before every program, which costs a tenth of a second a call. */
function unwrapped(file: string): string {
  if (!file.includes('/shims/')) return file;
  const { stdout } = execaSync('pyenv', ['which', 'aws'], { reject: false });
  return stdout || file;
}
