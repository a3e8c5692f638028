import { accessSync, constants, cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OPERATOR, SYSTEM } from '../lib/fleet/identity.ts';
import { identityFiles } from '../lib/fleet/in-vpc.ts';

/** Environment variables of gsys-runner.json, each with a `{cert,key,ca}` of Secrets Manager. */
const BUNDLES = { [OPERATOR]: 'OPERATOR_TLS_BUNDLE', [SYSTEM]: 'SYSTEM_TLS_BUNDLE' };

/**
 * A folder of this task alone, for what a person's machine would have: what was built there, and the identities of the
 * operator, as files of this process's user. Their variables are gone then.
 * @param template what the image brings for it
 */
export function makeHome(template: string, env: NodeJS.ProcessEnv): string {
  const home = mkdtempSync(path.join(writable([tmpdir(), '/dev/shm']), 'gsys-'));
  if (existsSync(template)) cpSync(template, home, { recursive: true });
  for (const [holder, variable] of Object.entries(BUNDLES)) {
    const bundle = JSON.parse(env[variable] ?? '{}') as Record<string, string>;
    delete env[variable];
    for (const [part, file] of Object.entries(identityFiles(home, holder))) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, bundle[part] ?? '', { mode: 0o600 });
    }
  }
  return home;
}

/** The root file system is read-only; memory never is. */
function writable(folders: string[]): string {
  const found = folders.find((folder) => {
    try {
      accessSync(folder, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`nothing can be written to ${folders.join(' or ')}`);
  return found;
}
