import type { ContainerUsage, RunningContainer, Runtime } from '../../runtime/runtime.ts';
import type { RunningTask } from '../tasks/task-host.ts';

/** What a task used since it was last measured. 1024 units are one core. */
export interface TaskUsage {
  cpuUnits: number;
  memoryMib: number;
}

export interface UsageMeter {
  /** By task ARN; a task that cannot be told is left out. */
  measure(tasks: RunningTask[]): Promise<Map<string, TaskUsage>>;
}

const MIB = 1024 * 1024;
const UNITS_PER_CORE = 1024;

/** @param now real milliseconds: processors do not go faster for a scheduler that is sped up */
export function createUsageMeter(runtime: Pick<Runtime, 'usage'>, now: () => number): UsageMeter {
  const before = new WeakMap<RunningContainer, { at: number; cpuMilliseconds: number }>();

  /** Since its start, which was moments ago, for a container that is met for the first time. */
  const unitsOf = (container: RunningContainer, { cpuMilliseconds }: ContainerUsage, startedAt: number) => {
    const at = now();
    const last = before.get(container) ?? { at: startedAt, cpuMilliseconds: 0 };
    before.set(container, { at, cpuMilliseconds });
    if (at <= last.at) return 0;
    return Math.max(0, ((cpuMilliseconds - last.cpuMilliseconds) / (at - last.at)) * UNITS_PER_CORE);
  };

  return {
    async measure(tasks) {
      const used = await runtime.usage(tasks.flatMap(({ containers }) => containers));
      const measured = new Map<string, TaskUsage>();
      for (const { task, containers } of tasks) {
        const known = containers.filter((container) => used.has(container));
        if (known.length === 0) continue;
        const usage: TaskUsage = { cpuUnits: 0, memoryMib: 0 };
        for (const container of known) {
          const one = used.get(container);
          if (!one) continue;
          usage.cpuUnits += unitsOf(container, one, task.startedAt ?? now());
          usage.memoryMib += one.memoryBytes / MIB;
        }
        measured.set(task.arn, usage);
      }
      return measured;
    },
  };
}
