import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { ProcessJournal } from './journal-port.ts';

export interface ProcessGroup {
  pid: number;
  /** 128 + signal for one that a signal ended. Settles when the whole group is told to end and output is read. */
  exited: Promise<number>;
  signal(name: NodeJS.Signals): void;
}

export interface GroupOptions {
  program: string;
  args: string[];
  cwd: string;
  /** The complete environment: nothing of ours is added. */
  environment: Record<string, string>;
  onOutput?: ((stream: 'stdout' | 'stderr', chunk: Buffer) => void) | undefined;
  journal: ProcessJournal;
}

/** Milliseconds that a descendant which left the group may hold the output open. */
const OUTPUT_GRACE = 500;

/** Starts a program as the leader of its own process group and writes it down at once. */
export async function startGroup(options: GroupOptions): Promise<ProcessGroup> {
  const { onOutput, journal } = options;
  const pipe = onOutput ? 'pipe' : 'ignore';
  const child = spawn(options.program, options.args, {
    cwd: options.cwd,
    env: options.environment,
    detached: true,
    stdio: ['ignore', pipe, pipe],
  });
  const { pid } = child;
  if (pid === undefined) throw await spawnError(child);
  child.on('error', () => {}); // a signal that came too late; the exit tells the rest
  try {
    journal.add(pid);
  } catch (error) {
    signalGroup(pid, 'SIGKILL'); // nobody would know of it after a crash
    throw error;
  }
  if (onOutput) {
    child.stdout?.on('data', (chunk: Buffer) => onOutput('stdout', chunk));
    child.stderr?.on('data', (chunk: Buffer) => onOutput('stderr', chunk));
  }
  const signal = (name: NodeJS.Signals) => signalGroup(pid, name);
  return { pid, exited: ended(child, pid, journal), signal };
}

function spawnError(child: ChildProcess): Promise<Error> {
  return new Promise((resolve) => child.once('error', resolve));
}

/** As in a container, nobody outlives the first process. */
async function ended(child: ChildProcess, pid: number, journal: ProcessJournal): Promise<number> {
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.once('exit', (code, signal) => resolve([code, signal])),
  );
  signalGroup(pid, 'SIGKILL');
  await outputRead([child.stdout, child.stderr]);
  try {
    journal.remove(pid);
  } catch {
    // A full disk: the entry stays, and means nobody, because the start time is part of it.
  }
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

async function outputRead(streams: (Readable | null)[]): Promise<void> {
  const open = streams.filter((stream) => stream !== null && !stream.closed) as Readable[];
  if (open.length === 0) return;
  const grace = setTimeout(() => {
    for (const stream of open) stream.destroy();
  }, OUTPUT_GRACE);
  await Promise.all(open.map((stream) => new Promise<void>((resolve) => stream.once('close', resolve))));
  clearTimeout(grace);
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
