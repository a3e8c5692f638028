import type { ServiceRecord, TaskRecord } from '../records.ts';

/** ECS keeps the last hundred, newest first. */
const MAX_EVENTS = 100;

/** @param sentence without its beginning `(service NAME) ` */
export function addEvent(service: ServiceRecord, sentence: string, at: { id: string; now: number }): void {
  const message = `(service ${service.name}) ${sentence}`;
  service.events = [{ id: at.id, createdAt: at.now, message }, ...service.events].slice(0, MAX_EVENTS);
}

export function startedTasks(tasks: TaskRecord[]): string {
  return `has started ${tasks.length} tasks: ${names(tasks)}.`;
}

export function stoppedTasks(tasks: TaskRecord[]): string {
  return `has stopped ${tasks.length} running tasks: ${names(tasks)}.`;
}

function names(tasks: TaskRecord[]): string {
  return tasks.map((task) => `(task ${task.id})`).join(' ');
}
