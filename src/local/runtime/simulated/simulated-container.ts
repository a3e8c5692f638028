import type { Clock } from '../clock.ts';
import {
  type ContainerExit,
  type ContainerSpec,
  type ContainerUsage,
  OUT_OF_MEMORY,
  type RunningContainer,
} from '../runtime.ts';
import type { Behaviour } from './behaviour.ts';

export interface SimulatedContainer extends RunningContainer {
  usage(): ContainerUsage;
}

const MIB = 1024 * 1024;
const UNITS_PER_CORE = 1024;
const SIGKILLED = 137;

/** A container without a process: timers, and what its behaviour says. */
export function simulateContainer(
  spec: ContainerSpec,
  behaviour: Behaviour,
  clock: Clock,
): SimulatedContainer {
  const startedAt = clock.elapsed();
  const startedRealAt = clock.now();
  const age = () => (clock.elapsed() - startedAt) / 1000;
  const timers = new Set<() => void>();
  let end = (_: ContainerExit) => {};
  let ended = false;
  const exited = new Promise<ContainerExit>((resolve) => {
    end = (exit) => {
      ended = true;
      for (const cancel of timers) cancel();
      resolve(exit);
    };
  });
  const after = (seconds: number, act: () => void) => {
    const cancel = clock.after(seconds * 1000, () => {
      timers.delete(cancel);
      act();
    });
    timers.add(cancel);
  };
  const { exitAfter, exitCode, logEvery, line, stopTakes, cpu, memory } = behaviour;
  const logAgain = (every: number) =>
    after(every, () => {
      spec.onLine(line);
      logAgain(every);
    });

  spec.onLine('simulated container started');
  if (exitAfter !== undefined) after(exitAfter, () => end({ exitCode }));
  if (logEvery !== undefined) logAgain(logEvery);
  const limit = Math.min(spec.memory.container ?? Number.POSITIVE_INFINITY, spec.memory.task.limit);
  if (memory * MIB > limit) after(0, () => end({ exitCode: SIGKILLED, reason: OUT_OF_MEMORY }));

  return {
    pid: undefined,
    exited,
    async stop(grace) {
      if (ended) return;
      const killed = stopTakes * 1000 > grace;
      after(killed ? grace / 1000 : stopTakes, () => end({ exitCode: killed ? SIGKILLED : 0 }));
      await exited;
    },
    async check() {
      const { healthyAfter, unhealthyAfter = Number.POSITIVE_INFINITY } = behaviour;
      return !ended && age() >= healthyAfter && age() < unhealthyAfter;
    },
    usage: () => ({
      cpuMilliseconds: ((clock.now() - startedRealAt) * cpu) / UNITS_PER_CORE,
      memoryBytes: memory * MIB,
    }),
  };
}
