import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { DefinitionRecord } from '../records.ts';
import { date } from './times.ts';

export function definitionView(record: DefinitionRecord): TaskDefinition {
  const { taskCpu: _, taskMemory: __, tags: ___, registeredAt, deregisteredAt, ...definition } = record;
  return { ...definition, registeredAt: date(registeredAt), deregisteredAt: date(deregisteredAt) };
}
