import { FARGATE_MEMORY } from '../../fleet/fargate.ts';
import type { Lint } from './lint.ts';

/** Of the task definition as it is rendered: a template may hold sizes of its own. */
export const lintSize: Lint = ({ service, wanted }) => {
  const [cpu, memory] = [Number(wanted.cpu), Number(wanted.memory)];
  const next = `choose another size in ${service.folder}/service.yaml or ${service.template}`;
  const said = (message: string) => [
    { level: 'error' as const, code: 'fargate-size' as const, message, next },
  ];
  const fits = FARGATE_MEMORY[cpu];
  if (fits === undefined)
    return said(`Fargate has no ${wanted.cpu} cpu; it has ${Object.keys(FARGATE_MEMORY).join(', ')}`);
  if (!fits(memory)) return said(`Fargate has no task of ${cpu} cpu with ${wanted.memory} MiB`);
  const containers = wanted.containerDefinitions ?? [];
  const reserved = containers.reduce((sum, one) => sum + (one.memoryReservation ?? one.memory ?? 0), 0);
  const greedy = containers.find((one) => (one.memory ?? 0) > memory);
  if (greedy) return said(`container ${greedy.name} wants ${greedy.memory} MiB, its task has ${memory}`);
  return reserved > memory ? said(`its containers want ${reserved} MiB, its task has ${memory}`) : [];
};
