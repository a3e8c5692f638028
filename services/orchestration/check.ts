import type { CallDefinition } from '../sdk/definition.ts';
import { references } from './template.ts';
import type { StepRequest, Workflow } from './workflow.ts';

/** What a workflow asks that is not among what the service may ask: the fleet does not have it. */
export function missingSubjects({ steps }: Workflow, calls: CallDefinition[]): string[] {
  const wanted = steps.flatMap(({ subject, undo }) => [subject, ...(undo ? [undo.subject] : [])]);
  return [...new Set(wanted)].filter((subject) => !calls.some((call) => call.subject === subject));
}

/** Mistakes in a workflow that can be seen without asking anybody; one sentence each. */
export function mistakes({ id, parameters, steps }: Workflow): string[] {
  const declared = Object.keys(parameters).map((name) => `parameters.${name}`);
  return steps.flatMap((step, i) => {
    const before = steps.slice(0, i).map((earlier) => earlier.id);
    const wrong = (what: StepRequest, known: string[]) =>
      references(what.request)
        .filter((reference) => !isKnown(reference, declared, known))
        .map((reference) => `${id}.${step.id} refers to ${reference}, which is not there yet`);
    return [
      ...(before.includes(step.id) ? [`${id} has two steps ${step.id}`] : []),
      ...wrong(step, before),
      ...(step.undo ? wrong(step.undo, [...before, step.id]) : []),
    ];
  });
}

function isKnown(reference: string, parameters: string[], steps: string[]): boolean {
  const [root, name] = reference.split('.');
  if (root === 'steps') return steps.includes(name ?? '');
  return reference === 'execution.id' || parameters.includes(`${root}.${name}`);
}
