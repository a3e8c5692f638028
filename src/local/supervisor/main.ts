import { asGsysError } from './as-gsys-error.ts';
import { takeLock } from './lock.ts';
import type { SupervisorMessage } from './messages.ts';
import { readOptions } from './options.ts';
import { startPlatform } from './start-platform.ts';

/**
 * The supervisor's process: `node supervisor.js <state folder>`, started by `gsys local up` in a session of its own.
 * Standard output and error are its log file. SIGTERM ends everything it started. Until it is ready it belongs to
 * the `up` that waits for it, and ends when that goes away.
 */
const stateDir = process.argv[2] ?? '';
const began = performance.now();
const ends: (() => Promise<void>)[] = [];
const stopping = new AbortController();
let starting: Promise<void> | undefined;
let leaving = false;

const elapsed = () => Math.round(performance.now() - began);
const log = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);
const onError = (error: unknown) =>
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));

// Where the log's disk is full, the platform goes on without a log.
process.stderr.on('error', () => {});
process.on('SIGTERM', () => void leave(0, 'SIGTERM'));
process.on('SIGINT', () => void leave(0, 'SIGINT'));
process.on('SIGHUP', () => {});
process.on('uncaughtException', (error) => {
  onError(error);
  void leave(1, 'a fault of its own');
});
process.once('disconnect', abandoned);

function abandoned(): void {
  void leave(1, 'the command that waited for it is gone');
}

const lock = takeLock(stateDir);
if ('pid' in lock) {
  await tell({ type: 'busy', pid: lock.pid });
  process.exit(1);
}
ends.push(async () => lock.release());
starting = startPlatform({
  options: readOptions(stateDir),
  signal: stopping.signal,
  step(text) {
    log(text);
    void tell({ type: 'step', text, milliseconds: elapsed() });
  },
  onError,
  onStop: (end) => ends.push(end),
});
try {
  await starting;
  process.off('disconnect', abandoned);
  log('ready');
  await tell({ type: 'ready', milliseconds: elapsed() });
  if (process.connected) process.disconnect();
} catch (thrown) {
  if (!leaving) {
    onError(thrown);
    const { code, message, next, details } = asGsysError(thrown);
    await tell({ type: 'failed', code, message, next, details });
    await leave(1, 'it could not start');
  }
}

/** Ends parts last first, each whatever becomes of the others. */
async function leave(code: number, why: string): Promise<void> {
  if (leaving) return;
  leaving = true;
  log(`ending: ${why}`);
  stopping.abort(new Error(why));
  await Promise.race([starting?.catch(() => {}), afterPatience()]);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end().catch(onError);
  log('ended');
  process.exit(code);
}

/** Milliseconds: starting stops at its next step, and what it does not notice in this time is ended under it. */
function afterPatience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}

/** Resolves when the message is out; nobody may be listening any more. */
function tell(message: SupervisorMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve();
    process.send(message, () => resolve());
  });
}
