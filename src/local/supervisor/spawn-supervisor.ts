import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export function supervisorLog(stateDir: string): string {
  return path.join(stateDir, 'supervisor.log');
}

/**
 * Starts a supervisor in a session of its own, so that neither Ctrl-C nor a closed terminal reaches it.
 * @param root of the gsys package
 */
export function spawnSupervisor(stateDir: string, root: string): ChildProcess {
  const log = openSync(supervisorLog(stateDir), 'w', 0o600);
  try {
    return spawn(process.execPath, [...entry(root), stateDir], {
      cwd: stateDir,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

/** From sources while this file is one, else the bundle. */
function entry(root: string): string[] {
  if (!import.meta.filename.endsWith('.ts')) return [path.join(root, 'dist', 'supervisor.js')];
  const main = path.join(import.meta.dirname, 'main.ts');
  return ['--import', fileURLToPath(import.meta.resolve('tsx')), main];
}
