import type { TaskRecord } from './records.ts';
import type { Collection } from './world.ts';

/** Tasks by ARN, and by service without looking at all the others. */
export interface TaskCollection extends Collection<TaskRecord> {
  /** Of one service, stopped ones too, in the order they were made. */
  ofService(arn: string): TaskRecord[];
}

/** A task's service never changes. */
export function indexTasks(tasks: Collection<TaskRecord>): TaskCollection {
  const index = new Map<string, Map<string, TaskRecord>>();
  const add = (key: string, task: TaskRecord) => {
    if (task.service === undefined) return;
    const own = index.get(task.service) ?? new Map<string, TaskRecord>();
    index.set(task.service, own.set(key, task));
  };
  for (const task of tasks.values()) add(task.arn, task);
  return {
    ...tasks,
    ofService: (arn) => [...(index.get(arn)?.values() ?? [])],
    set(key, task) {
      tasks.set(key, task);
      add(key, task);
    },
    async put(key, task) {
      await tasks.put(key, task);
      add(key, task);
    },
    delete(key) {
      const service = tasks.get(key)?.service;
      tasks.delete(key);
      if (service === undefined) return;
      const own = index.get(service);
      own?.delete(key);
      if (own?.size === 0) index.delete(service);
    },
  };
}
