import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from './clock.ts';
import { checkEnvironment, containerEnvironment } from './container-environment.ts';
import { runHealthCommand } from './health-command.ts';
import { INSPECTOR_FLAG, INSPECTOR_PORT } from './inspector-port.ts';
import type { ProcessJournal } from './journal-port.ts';
import { splitLines } from './log-lines.ts';
import type { MemoryWatch } from './memory-watch.ts';
import { NODE_LABEL, otherNode } from './our-node.ts';
import { startGroup } from './process-group.ts';
import { DEFAULT_PATH, resolveProgram } from './resolve-program.ts';
import { type ContainerExit, type ContainerSpec, OUT_OF_MEMORY, type RunningContainer } from './runtime.ts';

export interface ContainerTools {
  journal: ProcessJournal;
  clock: Clock;
  memory: MemoryWatch;
  /** The folder that holds `node`. */
  programs: string;
  /** Health commands of all containers share the cores. */
  oneOfFew<T>(work: () => Promise<T>): Promise<T>;
  /** Told of each health command, as it runs inside its container: pids of both. */
  onHealthCommand(container: number, command: number): void;
  onError(error: unknown): void;
}

/** @throws Error with the words of a container runtime */
export async function startContainer(spec: ContainerSpec, tools: ContainerTools): Promise<RunningContainer> {
  requireOurNode(spec);
  const folder = spec.workingDirectory ?? spec.image.workingDirectory;
  const cwd = path.join(spec.image.tree, path.posix.resolve('/', folder));
  if (!existsSync(cwd))
    throw new Error(`chdir to cwd ("${folder}") set in config.json failed: no such file or directory`);
  const environment = containerEnvironment(spec, tools.programs);
  const place = (words: string[]) => onThisMachine(words, spec, folder);

  const lines = { stdout: splitLines(spec.onLine), stderr: splitLines(spec.onLine) };
  const group = await startGroup({
    ...withInspector(place(commandLine(spec)), spec.address),
    cwd,
    environment,
    onOutput: (stream, chunk) => lines[stream].write(chunk),
    journal: tools.journal,
  });

  let killedForMemory = false;
  const forget = tools.memory.add({
    group: group.pid,
    limit: spec.memory.container,
    task: spec.memory.task,
    onExceeded() {
      killedForMemory = true;
      group.signal('SIGKILL');
    },
  });
  const gone = new AbortController();
  const exited = group.exited.then((exitCode): ContainerExit => {
    gone.abort();
    forget();
    lines.stdout.end();
    lines.stderr.end();
    return killedForMemory ? { exitCode, reason: OUT_OF_MEMORY } : { exitCode };
  });

  return {
    pid: group.pid,
    exited,
    async stop(grace) {
      if (gone.signal.aborted) return;
      group.signal('SIGTERM');
      const cancel = tools.clock.after(grace, () => group.signal('SIGKILL'));
      await exited;
      cancel();
    },
    check: (command, timeout) =>
      tools.oneOfFew(() =>
        runHealthCommand({
          command,
          timeout,
          place,
          cwd,
          environment: checkEnvironment(environment),
          gone: gone.signal,
          onStart: (pid) => tools.onHealthCommand(group.pid, pid),
          tools,
        }),
      ),
  };
}

/** Only what `gsys build` made runs here: an image that says which Node it was made for. */
function requireOurNode(spec: ContainerSpec): void {
  if (spec.image.labels[NODE_LABEL] === undefined)
    throw new Error(
      `the process runtime runs images that gsys built, and this one has no label ${NODE_LABEL}; local up --runtime docker runs any`,
    );
  const mismatch = otherNode(spec.image.labels);
  if (mismatch !== undefined) throw new Error(mismatch);
}

/** As Docker does: an entry point of the task definition drops the image's command too. */
function commandLine({ image, entryPoint, command }: ContainerSpec): string[] {
  const line = entryPoint?.length
    ? [...entryPoint, ...(command ?? [])]
    : [...image.entryPoint, ...(command?.length ? command : image.command)];
  if (line.length === 0) throw new Error('no command specified');
  return line;
}

/** Node only notes it: it listens there once it is sent SIGUSR1, and says nothing of it into the task's output. */
function withInspector({ program, args }: { program: string; args: string[] }, address: string) {
  if (program !== process.execPath) return { program, args };
  const inspector = [`${INSPECTOR_FLAG}${address}:${INSPECTOR_PORT}`, '--inspect-publish-uid=http'];
  return { program, args: [...inspector, ...args] };
}

function onThisMachine([name = '', ...args]: string[], spec: ContainerSpec, folder: string) {
  const { tree, environment } = spec.image;
  const search = spec.environment.PATH ?? environment.PATH ?? DEFAULT_PATH;
  const program = resolveProgram(tree, name, search, folder);
  if (name !== 'node') return { program, args };
  // Node sees this machine's root: a script that is named from the image's root is meant inside of it.
  const inTree = (arg: string) => (arg.startsWith('/') ? path.join(tree, path.posix.normalize(arg)) : arg);
  return { program, args: args.map((arg) => (existsSync(inTree(arg)) ? inTree(arg) : arg)) };
}
