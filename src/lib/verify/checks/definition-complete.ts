import { defineCheck } from '../check.ts';

/** As many as a person reads. */
const SHOWN = 3;

export const definitionComplete = defineCheck({
  id: 'definition.complete',
  title: 'complete',
  layer: 'definition',
  uses: ['definition-check'],
  dependsOn: [],
  explain:
    'The definition that everything else is judged by has what its commands need: what gsys config check looks at, which are templates, the operator’s files, and messages of the contracts that every endpoint and probe names. A definition that cannot be read at all ends verify before any check. That it says the right thing nobody can tell from it.',
  subjects: ({ name }) => [{ kind: 'fleet', name }],
  judge: ({ 'definition-check': { mistakes } }, { name }) => {
    const common = { subject: { kind: 'fleet' as const, name }, expected: [], observed: mistakes };
    if (mistakes.length === 0) return [{ ...common, status: 'pass', message: 'has what its commands need' }];
    const more = mistakes.length > SHOWN ? `; and ${mistakes.length - SHOWN} more` : '';
    const message = mistakes.slice(0, SHOWN).join('; ') + more;
    return [{ ...common, status: 'fail', message, remedy: ['gsys config check'] }];
  },
});
