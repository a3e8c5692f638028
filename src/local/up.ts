import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { GsysError } from '../lib/errors.ts';
import { embeddedLayout } from '../lib/fleet/embedded-layout.ts';
import { slotFile } from '../lib/fleet/resolve.ts';
import { replaceFile } from '../lib/pki/files.ts';
import { askHeal, askStatus, readPlatformFile } from './control-client.ts';
import { endSupervisor } from './end-supervisor.ts';
import type { LocalStatus } from './platform-schema.ts';
import { lastLines } from './processes.ts';
import { ensureStateDir } from './state-dir.ts';
import { asGsysError, isFull } from './supervisor/as-gsys-error.ts';
import { lockHolder } from './supervisor/lock.ts';
import type { SupervisorMessage } from './supervisor/messages.ts';
import { type RuntimeKind, type SupervisorOptions, writeOptions } from './supervisor/options.ts';
import { spawnSupervisor, supervisorLog } from './supervisor/spawn-supervisor.ts';

export interface UpOptions extends Omit<SupervisorOptions, 'runtime' | 'awsLimits'> {
  /** Undefined for whichever runs, or plain processes. */
  runtime: RuntimeKind | undefined;
  /** Undefined for as it is, or not. */
  awsLimits: boolean | undefined;
  /** Of the gsys package: where the supervisor's code is. */
  packageRoot: string;
  signal: AbortSignal;
  /** Told of each part that is up, with milliseconds since the supervisor began. */
  onStep(text: string, milliseconds: number): void;
}

export interface UpResult {
  /** `running`: it ran already. */
  outcome: 'started' | 'running';
  /** Nodes that were down and have been started. */
  healed: string[];
  status: LocalStatus;
}

/** Brings the embedded platform up, or finds it up and heals what is down. */
export async function up(options: UpOptions): Promise<UpResult> {
  try {
    return await bringUp(options);
  } catch (error) {
    throw isFull(error) ? asGsysError(error) : error;
  }
}

async function bringUp(options: UpOptions): Promise<UpResult> {
  const { signal, packageRoot, onStep, runtime = 'process', awsLimits = false, ...others } = options;
  const { stateDir } = options.fleet.environment;
  ensureStateDir(stateDir);
  for (;;) {
    const running = await findRunning(stateDir, signal);
    if (running !== undefined) return await join(running, options);
    await writeOptions(stateDir, { ...others, runtime, awsLimits });
    const child = spawnSupervisor(stateDir, packageRoot);
    const end = await waitUntilReady(child, options);
    if (end === 'busy') continue;
    await replaceFile(slotFile(stateDir), `${options.slot}\n`);
    const platform = requirePlatform(stateDir);
    return { outcome: 'started', healed: [], status: await askStatus(platform, signal) };
  }
}

const POLL_MS = 100;
/** Milliseconds: longer than any start or end takes on a machine that is busy. */
const PATIENCE = 120_000;

/**
 * Waits while another supervisor is starting or ending. @returns undefined when there is none
 * @throws GsysError PLATFORM_FAILED for one that never says where it is, as that of another release would not
 */
async function findRunning(stateDir: string, signal: AbortSignal) {
  for (const end = Date.now() + PATIENCE; ; ) {
    signal.throwIfAborted();
    const holder = lockHolder(stateDir);
    if (holder === undefined) return undefined;
    const platform = readPlatformFile(platformFile(stateDir));
    if (platform?.supervisor.pid === holder.pid) return platform;
    if (Date.now() > end)
      throw new GsysError(
        'PLATFORM_FAILED',
        `A supervisor (pid ${holder.pid}) is there, but does not say that it is ready: it hangs, or is of another gsys.`,
        { next: 'gsys local down && gsys local up' },
      );
    await wait(POLL_MS);
  }
}

async function join(platform: LocalStatus & { token: string }, options: UpOptions): Promise<UpResult> {
  const { signal, packageRoot, onStep, ...others } = options;
  const { runtime = platform.runtime, awsLimits = platform.awsLimits } = options;
  const { stateDir } = options.fleet.environment;
  const { endpointPort } = embeddedLayout(options.slot, stateDir, options.fleet.redis);
  if (new URL(platform.endpoint).port !== String(endpointPort))
    throw new GsysError(
      'USAGE',
      `The platform runs at ${platform.endpoint}, in another slot than ${options.slot}.`,
      {
        next: `gsys local down && gsys local up --slot ${options.slot}`,
      },
    );
  if (runtime !== platform.runtime)
    throw new GsysError('USAGE', `The platform runs tasks as ${platform.runtime}, not as ${runtime}.`, {
      next: `gsys local down && gsys local up --runtime ${runtime}`,
    });
  await writeOptions(stateDir, { ...others, runtime, awsLimits });
  const healed = await askHeal(platform, signal);
  return { outcome: 'running', healed, status: await askStatus(platform, signal) };
}

/** @throws GsysError with the supervisor's own words; on abort, after it has ended everything */
async function waitUntilReady(child: ChildProcess, options: UpOptions): Promise<'ready' | 'busy'> {
  const { signal, onStep } = options;
  const { stateDir } = options.fleet.environment;
  let onAbort = () => {};
  try {
    return await new Promise((resolve, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort);
      child.on('message', (message: SupervisorMessage) => {
        if (message.type === 'step') onStep(message.text, message.milliseconds);
        else if (message.type === 'failed') reject(failure(message));
        else resolve(message.type);
      });
      child.once('error', reject);
      child.once('exit', (code, how) => reject(died(how ?? `exit code ${code}`, stateDir)));
      if (signal.aborted) onAbort();
    });
  } catch (error) {
    // What it could not end, the next `up` or `down` names; here the reason that comes first counts.
    await endSupervisor(stateDir, child.pid).catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function failure(message: Extract<SupervisorMessage, { type: 'failed' }>): GsysError {
  const { code, message: sentence, next, details } = message;
  return new GsysError(code, sentence, { next, details });
}

function died(how: string, stateDir: string): GsysError {
  const log = supervisorLog(stateDir);
  return new GsysError('PLATFORM_FAILED', `The supervisor ended while starting: ${how}.`, {
    details: lastLines(log),
    next: `less ${log}`,
  });
}

function requirePlatform(stateDir: string) {
  const file = platformFile(stateDir);
  const platform = readPlatformFile(file);
  if (platform !== undefined) return platform;
  throw new GsysError('FILE_SYSTEM', `${file} is missing or damaged, though the supervisor just wrote it.`);
}

function platformFile(stateDir: string): string {
  return path.join(stateDir, 'platform.json');
}
