import { groupUsage } from './process-table.ts';
import type { Runtime } from './runtime.ts';

/** Of containers whose first process leads a process group of this machine. */
export const usageOfGroups: Runtime['usage'] = async (containers) => {
  const groups = groupUsage();
  return new Map(
    containers.flatMap((container) => {
      const used = groups.get(container.pid ?? 0);
      // Without memory it has just ended: a zero would be a value that nobody has measured.
      if (!used || used.residentBytes === 0) return [];
      return [[container, { cpuMilliseconds: used.cpuMilliseconds, memoryBytes: used.residentBytes }]];
    }),
  );
};
