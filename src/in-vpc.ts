import path from 'node:path';
import type { ProcessEnvironment } from './environment.ts';
import { awsAccess } from './lib/aws/clients.ts';
import type { Fleet } from './lib/fleet/fleet.ts';
import { remoteWords } from './lib/in-vpc/remote-words.ts';
import { runInVpc } from './lib/in-vpc/run-in-vpc.ts';
import { gitRevision } from './lib/release/git-revision.ts';
import type { Progress } from './ui/progress.ts';
import { whoAmI } from './who.ts';

interface RemoteOptions {
  fleet: Fleet;
  /** oclif's: `alarms:list`. */
  id: string;
  argv: string[];
  env: ProcessEnvironment;
  /** The folder of gsys's package.json. */
  program: string;
  /** Files that the command is to read, as they are named to it. */
  given: string[];
  progress: Progress;
  signal: AbortSignal;
}

/** A command that runs in a task, for the terminal here. */
export interface RemoteRun {
  /** @returns the exit code */
  run(): Promise<number>;
  /** Ctrl-C. @returns true when the task has been told, and what it still says is waited for */
  onInterrupt(): boolean;
}

export function remoteRun(options: RemoteOptions): RemoteRun {
  const { fleet, id, argv, env, program, given, progress, signal } = options;
  const stop = new AbortController();
  let launched = false;
  const write = (stream: 'stdout' | 'stderr', text: string) => {
    progress.end();
    process[stream].write(text);
  };
  return {
    async run() {
      const command = {
        words: remoteWords(id, argv, fleet.environment.name),
        who: whoAmI(),
        gitRevision: env.gitRevision ?? (await gitRevision(fleet.root)),
        columns: process.stdout.isTTY ? process.stdout.columns : undefined,
        noColor: env.noColor,
      };
      return await runInVpc({
        ...{ fleet, command, program, given, signal },
        access: awsAccess(fleet.environment, signal),
        definition: path.resolve(env.config ?? path.join(fleet.root, 'gsys.yaml')),
        output: { write },
        onLaunch: () => {
          launched = true;
        },
        onStep: once((text) => progress.step(text)),
        onNote: (text) => write('stderr', `${text}\n`),
        stop: stop.signal,
      });
    },
    onInterrupt() {
      if (!launched || stop.signal.aborted) return false;
      stop.abort();
      progress.note('stopping the task in the VPC; Ctrl-C again does not wait for it');
      return true;
    },
  };
}

/** The same again is nothing new. */
function once(tell: (text: string) => void): (text: string) => void {
  let last: string | undefined;
  return (text) => {
    if (text !== last) tell(text);
    last = text;
  };
}
