import path from 'node:path';
import type { JsonObject } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { missingSubjects, mistakes } from '../../../services/orchestration/check.ts';
import { readContracts } from '../../../services/orchestration/contracts.ts';
import { validParameters } from '../../../services/orchestration/parameters.ts';
import { fill, Missing, references } from '../../../services/orchestration/template.ts';
import type { StepRequest, Workflow } from '../../../services/orchestration/workflow.ts';
import { WORKFLOWS } from '../../../services/orchestration/workflows/index.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import { definitionOf } from '../../../src/lib/release/build/image-files.ts';
import { ROOT, serviceOf } from '../helpers/image.ts';

describe('a template', () => {
  const scope = { parameters: { name: 'Ada', level: 3, tags: ['a'] }, execution: { id: 'x' } };

  it('becomes what it refers to, of whatever type, also inside of a text', () => {
    const template = {
      whole: '{{parameters.level}}',
      inside: '{{parameters.name}} is at {{parameters.level}}',
      deep: [{ tags: '{{parameters.tags}}' }],
      plain: 'no {{braces',
    };
    expect(fill(template, scope)).toEqual({
      whole: 3,
      inside: 'Ada is at 3',
      deep: [{ tags: ['a'] }],
      plain: 'no {{braces',
    });
    expect(references(template)).toEqual([
      'parameters.level',
      'parameters.name',
      'parameters.level',
      'parameters.tags',
    ]);
  });

  it.each([
    '{{parameters.none}}',
    '{{parameters.name.first}}',
    '{{steps.a.b}}',
    '{{parameters.constructor}}',
  ])('%s is missed by its name', (reference) => expect(() => fill(reference, scope)).toThrow(Missing));
});

describe('parameters', () => {
  const rules = {
    id: { type: 'id' as const, maxBytes: 4 },
    level: { type: 'number' as const, min: 1, max: 9, whole: true, default: 1 },
    kind: { type: 'choice' as const, of: ['a', 'b'], default: 'a' },
    more: { type: 'object' as const, default: {} },
  };

  it('are what is given, and what is not by default', () => {
    expect(validParameters(rules, { id: 'x', kind: 'b' })).toEqual({
      id: 'x',
      level: 1,
      kind: 'b',
      more: {},
    });
  });

  it.each<[JsonObject, RegExp]>([
    [{}, /parameters\.id is missing/],
    [{ id: '' }, /parameters\.id must be a text of 1 to 4 bytes/],
    [{ id: 'ääää' }, /parameters\.id/],
    [{ id: 3 }, /parameters\.id/],
    [{ id: 'x', level: 1.5 }, /parameters\.level must be a whole number from 1 to 9/],
    [{ id: 'x', level: 10 }, /parameters\.level/],
    [{ id: 'x', level: '1' }, /parameters\.level/],
    [{ id: 'x', kind: 'c' }, /parameters\.kind must be one of a, b/],
    [{ id: 'x', more: [] }, /parameters\.more must be an object/],
    [{ id: 'x', constructor: 1 }, /parameters\.constructor is none of this workflow/],
    [{ id: 'x', more: { text: 'x'.repeat(16_384) } }, /more than 16384 bytes/],
  ])('%j are refused', (given, reason) => {
    expect(() => validParameters(rules, given)).toThrow(reason);
  });
});

describe('a workflow with a mistake', () => {
  const step = (id: string, text: string, undo?: string) => ({
    ...{ id, service: 'x', subject: 'svc.x.v1.do', request: { text } },
    ...(undo !== undefined && { undo: { subject: 'svc.x.v1.undo', request: { text: undo } } }),
  });
  const of = (...steps: Workflow['steps']) =>
    mistakes({
      id: 'w',
      purpose: '',
      parameters: { name: { type: 'id', maxBytes: 9 } },
      timeoutSeconds: 1,
      steps,
    });

  it.each([
    ['refers to a parameter that it has not', of(step('a', '{{parameters.nam}}'))],
    ['refers to a later step', of(step('a', '{{steps.b.x}}'), step('b', ''))],
    ['refers to its own result', of(step('a', '{{steps.a.x}}'))],
    ['has one name twice', of(step('a', ''), step('a', ''))],
  ])('is found out when it %s', (_, found) => expect(found).toHaveLength(1));

  it('is none when all is there, and undoing may refer to the step’s own result', () => {
    expect(
      of(step('a', '{{parameters.name}} {{execution.id}}'), step('b', '{{steps.a.x}}', '{{steps.b.y}}')),
    ).toEqual([]);
  });
});

describe.each(WORKFLOWS)('$id', (workflow) => {
  it('refers to nothing that is not there', () => expect(mistakes(workflow)).toEqual([]));

  it('asks what the services serve that it names, in messages that they know', async () => {
    const { services } = await loadFleet({ from: ROOT });
    const { calls } = definitionOf(services, serviceOf('orchestration'));
    const contracts = readContracts(path.join(ROOT, 'proto'));
    // Services that the fleet does not have (yet) are told of when the workflow is asked for.
    const missing = missingSubjects(workflow, calls);
    const scope = { ...sample(workflow), execution: { id: 'x' } };
    for (const { service, subject, ...step } of workflow.steps) {
      if (missing.includes(subject)) continue;
      const served = services.find(({ name }) => name === service)?.endpoints.map((one) => one.subject);
      expect(served).toContain(subject);
      const requests: StepRequest[] = [{ subject, request: step.request }, ...(step.undo ? [step.undo] : [])];
      for (const { subject: asked, request } of requests) {
        const type = calls.find((one) => one.subject === asked)?.request ?? '';
        expect(() => contracts.fromJson(contracts.message(type), fill(request, scope))).not.toThrow();
      }
    }
  });
});

/** What services answer, as far as workflows refer to it. */
const RESULTS = {
  quest: { quest: { questId: 'q-1' } },
  state: { newVersion: '1' },
  keep: { newVersion: '1' },
};

/** Values for everything that a workflow refers to. */
function sample({ parameters }: Workflow): { parameters: JsonObject; steps: JsonObject } {
  const values = { id: 'x', number: 1, choice: 'x', object: {} };
  const given = Object.entries(parameters).map(([name, rule]) => [name, rule.default ?? values[rule.type]]);
  return { parameters: Object.fromEntries(given) as JsonObject, steps: RESULTS };
}
