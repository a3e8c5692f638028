import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import type { AwsAccess } from './lib/aws/clients.ts';
import type { Fleet } from './lib/fleet/fleet.ts';
import { snapshotOf } from './lib/observe/top/snapshot.ts';
import { topSources } from './lib/observe/top/sources.ts';
import { watchFleet } from './lib/observe/top/watch.ts';
import type { Effect } from './ui/top/after-key.ts';
import { topView } from './ui/top/top-view.ts';

interface Options {
  fleet: Fleet;
  access: AwsAccess;
  signal: AbortSignal;
  readOnly: boolean;
  coloured: boolean;
}

interface TopSession {
  /** Settles when somebody leaves. @throws the signal's reason */
  ended: Promise<void>;
  /** Whether another command has the terminal. */
  inChild(): boolean;
}

/** The watch and the screen, joined; in between, the commands that keys ask for. */
export function runTop({ fleet, access, signal, readOnly, coloured }: Options): TopSession {
  const leaving = new AbortController();
  const ending = AbortSignal.any([signal, leaving.signal]);
  // Whoever is asked listens: more than ten are no leak.
  setMaxListeners(0, ending);
  const sources = topSources({ ...access, signal: ending });
  const watch = watchFleet({ fleet, sources, signal: ending, now: Date.now });
  let child = false;
  let end: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    end = resolve;
  });
  const view = topView({
    ...{ stdin: process.stdin, stdout: process.stdout, readOnly, coloured },
    snapshot: () => snapshotOf(fleet, watch.state(), Date.now()),
    effect: (effect: Effect) => {
      if (effect.type === 'quit') end();
      if (effect.type === 'interrupt') process.kill(process.pid, 'SIGINT');
      if (effect.type === 'focus') watch.focus(effect.service);
      if (effect.type === 'run') void run(effect.argv);
    },
  });

  async function run(argv: string[]): Promise<void> {
    view.hide();
    child = true;
    const code = await asCommand(argv);
    await Promise.race([
      view.anyKey(`gsys ${argv[0]} ended with ${code}; any key goes back to top`),
      aborted(ending),
    ]);
    child = false;
    if (!ending.aborted) view.show();
  }

  async function session(): Promise<void> {
    view.show();
    try {
      await Promise.race([left, aborted(signal)]);
    } finally {
      view.hide();
      leaving.abort();
      await sources.nats.close();
    }
    signal.throwIfAborted();
  }
  return { ended: session(), inChild: () => child };
}

/** The real command, with the terminal for itself. @returns its exit code, or the signal that ended it */
function asCommand(argv: string[]): Promise<number | string> {
  const [program = ''] = process.argv.slice(1);
  return new Promise((resolve) => {
    const command = spawn(process.execPath, [...process.execArgv, program, ...argv], { stdio: 'inherit' });
    command.on('error', (error) => resolve(error.message));
    command.on('exit', (code, signal) => resolve(code ?? signal ?? ''));
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
