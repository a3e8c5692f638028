import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ProcessEntry, startOf } from '../../src/local/journal.ts';
import { gsys, type Outcome, start } from './cli.ts';
import { bringKept } from './kept/kept.ts';
import { leaseSlot, releaseSlot } from './slot.ts';

/** An embedded platform of a test's own, driven through bin/ alone. */
export interface Platform {
  slot: number;
  home: string;
  env: Record<string, string>;
  gsys(...args: string[]): Promise<Outcome>;
  /** Of a command that must succeed. */
  json<T = Record<string, unknown>>(...args: string[]): Promise<T>;
  /** Of a command that must succeed, and tells nothing that is asked for. */
  must(...args: string[]): Promise<void>;
  start(...args: string[]): ReturnType<typeof start>;
  status(): Promise<PlatformStatus>;
  /** Ends everything and deletes its state. */
  remove(): Promise<void>;
}

export interface PlatformStatus {
  endpoint: string;
  gatewayUrl: string;
  supervisor: { pid: number };
  operator: { certFile: string; keyFile: string; caFile: string };
  nats: { name: string; pid?: number; clientUrl: string; monitorUrl: string }[];
  redis: { name: string; pid?: number; port: number; role: string; shard?: number }[];
  tasks: {
    service?: string;
    taskArn: string;
    pid?: number;
    containerId?: string;
    lastStatus: string;
    healthStatus: string;
    healthUrl?: string;
  }[];
}

/**
 * @param cwd the fleet's folder; the repository's own unless given
 * @param fresh whether it has nothing at first, not even keys
 */
export function platform(cwd?: string, fresh = false): Platform {
  const slot = leaseSlot();
  const home = mkdtempSync(path.join(tmpdir(), 'gsys-platform-'));
  if (!fresh) bringKept(path.join(home, 'local'));
  const env = { GSYS_SLOT: String(slot), GSYS_HOME: home };
  const options = { env, ...(cwd !== undefined && { cwd }) };
  const run = (...args: string[]) => gsys(args, options);
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await run(...args, '--json');
    if (code !== 0) throw new Error(`gsys ${args.join(' ')} exited with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as T;
  };
  return {
    slot,
    home,
    env,
    gsys: run,
    json,
    async must(...args) {
      const { code, stderr } = await run(...args);
      if (code !== 0) throw new Error(`gsys ${args.join(' ')} exited with ${code}: ${stderr}`);
    },
    start: (...args) => start(args, options),
    status: () => json<PlatformStatus>('local', 'status'),
    async remove() {
      await run('local', 'down', '--wipe');
      rmSync(home, { recursive: true, force: true });
      releaseSlot(slot);
    },
  };
}

/** Alarms, and a file that hears them: without either no fleet is healthy. */
export async function watch(fleet: Platform): Promise<void> {
  await fleet.json('alarms', 'apply', '--yes');
  await fleet.json('alarms', 'subscribe', `file:${path.join(fleet.home, 'alarms.jsonl')}`, '--yes');
}

/** Does such a process still run? One that nobody has collected yet does not. */
export function runs(pid: number | undefined): boolean {
  return pid !== undefined && startOf(pid) !== undefined;
}

/** Which processes these numbers are now: a busy machine gives a number to somebody else within minutes. */
export function processesOf(pids: (number | undefined)[]): ProcessEntry[] {
  return pids.flatMap((pid) => {
    const start = pid === undefined ? undefined : startOf(pid);
    return pid === undefined || start === undefined ? [] : [{ pid, start }];
  });
}
