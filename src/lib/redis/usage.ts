import type { NodeInfo } from './info.ts';

/** How full a node is. */
export interface RedisUsage {
  /** Another one after every start, when counters begin anew. */
  runId: string;
  /** Percent of what it may hold; of the machine's memory where it has no limit. */
  memory: number;
  /** Keys that it threw away for want of memory, since it started. */
  evicted: number;
}

/** @throws Error where the node did not tell what it should have: nothing is published of it then */
export function usageOf({ runId, memory }: Pick<NodeInfo, 'runId' | 'memory'>): RedisUsage {
  const share = (memory.used / (memory.max || memory.machine)) * 100;
  if (runId === 'absent' || Number.isNaN(share + memory.evicted))
    throw new Error('INFO lacks its memory, its evictions or its run id');
  return { runId, memory: share, evicted: memory.evicted };
}
