import { groupMemory } from './process-table.ts';

export interface MemoryUser {
  /** Process group. */
  group: number;
  /** Bytes. */
  limit: number | undefined;
  /** The kernel holds it to its own and its task's limit; only what several of a task use together is left to watch. */
  enforced?: boolean;
  task: { id: string; limit: number };
  onExceeded(): void;
}

export interface MemoryWatch {
  add(user: MemoryUser): () => void;
  close(): void;
}

/** Real milliseconds, whatever the scheduler's clock: memory is not sped up. */
const SAMPLE_EVERY = 750;

/** Ends whoever uses more than it may, as the kernel does in a control group: one sampler for all. */
export function watchMemory(onError: (error: unknown) => void): MemoryWatch {
  const users = new Set<MemoryUser>();
  let timer: NodeJS.Timeout | undefined;
  const sample = () => {
    try {
      for (const user of overLimit([...users], groupMemory())) {
        users.delete(user);
        user.onExceeded();
      }
    } catch (error) {
      onError(error);
    }
    timer = users.size > 0 ? setTimeout(sample, SAMPLE_EVERY).unref() : undefined;
  };
  return {
    add(user) {
      users.add(user);
      timer ??= setTimeout(sample, SAMPLE_EVERY).unref();
      return () => users.delete(user);
    },
    close() {
      users.clear();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** A container over its own limit, and the largest one of a task over the task's. */
export function overLimit(users: MemoryUser[], used: Map<number, number>): MemoryUser[] {
  const bytes = (user: MemoryUser) => used.get(user.group) ?? 0;
  const over = new Set(users.filter((user) => user.limit !== undefined && bytes(user) > user.limit));
  for (const task of new Map(users.map((user) => [user.task.id, user.task])).values()) {
    const members = users.filter((user) => user.task.id === task.id);
    if (members.length === 1 && members[0]?.enforced) continue;
    if (members.reduce((sum, user) => sum + bytes(user), 0) <= task.limit) continue;
    over.add(members.reduce((a, b) => (bytes(b) > bytes(a) ? b : a)));
  }
  return [...over];
}
