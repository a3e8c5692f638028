import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../../lib/errors.ts';
import { isAlive, type ProcessEntry, startOf } from '../../journal.ts';
import type { Clock } from '../clock.ts';
import { splitLines } from '../log-lines.ts';
import type { MemoryWatch } from '../memory-watch.ts';
import {
  type ContainerExit,
  type ContainerSpec,
  OUT_OF_MEMORY,
  type RunningContainer,
  StartError,
} from '../runtime.ts';
import { containerExit, unseenExit } from './container-exit.ts';
import { containerName, containerRequest, type Owner } from './container-request.ts';
import type { ContainerState, Engine } from './engine.ts';
import { EngineError } from './engine-call.ts';
import { runHealthExec } from './health-exec.ts';
import { killedByKernel } from './kernel-log.ts';
import { readFrames } from './output-frames.ts';

export interface ContainerTools {
  engine: Engine;
  owner: Owner;
  clock: Clock;
  memory: MemoryWatch;
  /** Health commands of all containers share the cores. */
  oneOfFew<T>(work: () => Promise<T>): Promise<T>;
  onError(error: unknown): void;
}

/** Milliseconds that the end of the output may come after the end of the container. */
const OUTPUT_GRACE = 2000;
/** Milliseconds between questions to an Engine that does not answer. */
const ASK_AGAIN = 500;

/** @throws StartError */
export async function startDockerContainer(
  spec: ContainerSpec,
  tools: ContainerTools,
): Promise<RunningContainer> {
  const { engine, owner, clock, onError } = tools;
  const id = await engine
    .create(containerName(spec, owner.slot), containerRequest(spec, owner))
    .catch(refused('CannotCreateContainerError'));
  const { output, pid } = await startAttached(engine, id).catch(async (error) => {
    await engine.remove(id).catch(onError);
    return refused('CannotStartContainerError')(error);
  });
  const entry = { pid, start: startOf(pid) ?? '' };
  const read = readLines(output, spec.onLine);
  const signal = (name: string) =>
    engine.kill(id, name).catch((error) => signalDirectly(entry, name, error, onError));

  let killedForMemory = false;
  const forget = tools.memory.add({
    group: pid,
    limit: undefined,
    enforced: true,
    task: spec.memory.task,
    onExceeded() {
      killedForMemory = true;
      void signal('SIGKILL');
    },
  });
  const gone = new AbortController();
  const exited = seeExit(engine, id, entry).then(async (exit) => {
    gone.abort();
    forget();
    await Promise.race([read, wait(OUTPUT_GRACE, undefined, { ref: false })]);
    output.destroy();
    await read;
    await engine.remove(id).catch(onError);
    return killedForMemory ? { ...exit, reason: OUT_OF_MEMORY } : exit;
  });

  return {
    id,
    pid: pid || undefined,
    exited,
    async stop(grace) {
      if (gone.signal.aborted) return;
      await signal(spec.image.stopSignal);
      const cancel = clock.after(grace, () => void signal('SIGKILL'));
      await exited;
      cancel();
    },
    check: (command, timeout) =>
      tools.oneOfFew(() => runHealthExec({ engine, id, command, timeout, clock, gone: gone.signal })),
  };
}

/** Listens before it starts, so that the first line is heard. */
async function startAttached(engine: Engine, id: string): Promise<{ output: Readable; pid: number }> {
  const output = await engine.attach(id);
  try {
    await engine.start(id);
    return { output, pid: (await engine.state(id)).Pid };
  } catch (error) {
    output.destroy();
    throw error;
  }
}

function refused(kind: StartError['kind']): (error: unknown) => never {
  return (error) => {
    const daemon = error instanceof EngineError && error.status !== undefined;
    throw new StartError(kind, `${daemon ? 'Error response from daemon: ' : ''}${messageOf(error)}`, error);
  };
}

/** Resolves at the end of the output, however it comes. */
function readLines(output: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = { stdout: splitLines(onLine), stderr: splitLines(onLine) };
  output.on(
    'data',
    readFrames((stream, chunk) => lines[stream].write(chunk)),
  );
  output.on('error', () => {}); // a connection that broke; `close` follows
  return new Promise((resolve) => {
    output.once('close', () => {
      lines.stdout.end();
      lines.stderr.end();
      resolve();
    });
  });
}

/** An Engine that is restarted is asked again; it forgets no container while one of its processes lives. */
async function seeExit(engine: Engine, id: string, entry: ProcessEntry): Promise<ContainerExit> {
  for (;;) {
    try {
      await engine.wait(id);
      const state = await engine.state(id);
      if (!state.Running)
        return containerExit({ ...state, OOMKilled: state.OOMKilled || isOutOfMemory(state, id) });
    } catch (error) {
      if (error instanceof EngineError && error.status === 404)
        return unseenExit('somebody removed the container');
      if (!isAlive(entry)) return unseenExit(messageOf(error));
    }
    await wait(ASK_AGAIN);
  }
}

function isOutOfMemory({ ExitCode }: ContainerState, id: string): boolean {
  return ExitCode === 137 && killedByKernel(id);
}

/** Without its Engine a container is still a process of this machine. */
function signalDirectly(
  entry: ProcessEntry,
  name: string,
  why: unknown,
  onError: (error: unknown) => void,
): void {
  onError(why);
  if (!isAlive(entry)) return;
  try {
    process.kill(entry.pid, name);
  } catch (error) {
    onError(error);
  }
}
