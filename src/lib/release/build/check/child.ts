import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

/** A program that ends with the check, whatever ends that. */
export interface Child {
  /** Resolves with its exit code; 128 + signal for one that a signal ended. Rejects when it could not be started. */
  exited: Promise<number>;
  hasExited(): boolean;
  signal(name: NodeJS.Signals): void;
  /** The last lines that it wrote, foreign text. */
  lastLines(): string[];
  /** Ends it and all that it started. */
  end(): Promise<void>;
}

export interface ChildPlan {
  program: string;
  args: string[];
  cwd: string;
  /** All of it, nothing of ours is added; without it, ours. */
  environment?: Record<string, string>;
}

const LINES = 10;
/** Characters of output that are kept for them. */
const OUTPUT = 64 * 1024;

/** Starts a program as the leader of a process group of its own, so that Ctrl-C reaches it through us alone. */
export function startChild({ program, args, cwd, environment }: ChildPlan): Child {
  const child = spawn(program, args, {
    cwd,
    ...(environment && { env: environment }),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT);
    });
  let over = false;
  const exited = exitOf(child).finally(() => {
    over = true;
    alive.delete(child);
    signalGroup(child, 'SIGKILL');
  });
  exited.catch(() => undefined);
  remember(child);
  return {
    exited,
    hasExited: () => over,
    signal: (name) => signalGroup(child, name),
    lastLines: () => output.trimEnd().split('\n').slice(-LINES).filter(Boolean),
    async end() {
      signalGroup(child, 'SIGKILL');
      await exited.catch(() => undefined);
    },
  };
}

async function exitOf(child: ChildProcess): Promise<number> {
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...how) => resolve(how));
  });
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/** A second Ctrl-C ends us at once: nobody else would end these. */
const alive = new Set<ChildProcess>();
let isWatched = false;

function remember(child: ChildProcess): void {
  alive.add(child);
  if (isWatched) return;
  isWatched = true;
  process.once('exit', () => {
    for (const one of alive) signalGroup(one, 'SIGKILL');
  });
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // It is gone.
  }
}
