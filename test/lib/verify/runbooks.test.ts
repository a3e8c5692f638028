import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/lib/verify/catalog.ts';
import { LAYERS } from '../../../src/lib/verify/check.ts';
import { explain, sectionsOf } from '../../../src/lib/verify/explain.ts';
import { runbookOf } from '../../../src/lib/verify/runbook.ts';
import { REPOSITORY } from '../../support/definition.ts';

const FOLDER = path.join(REPOSITORY, 'docs/runbooks');
const SECTIONS = [
  'What it means',
  'What else it could be',
  'How to look',
  'What to type',
  'Healed when',
  'What it cannot see',
  'False greens',
];
const read = (check: string) => readFileSync(path.join(REPOSITORY, runbookOf(check)), 'utf8');
const ids = CHECKS.map(({ id }) => id as string);

interface Manifest {
  commands: Record<string, Command>;
}
interface Command {
  strict?: boolean;
  args: Record<string, { multiple?: boolean }>;
  flags: Record<string, { type: 'boolean' | 'option' }>;
}

/** Words that a command would not take. */
function leftOver(words: string[], { strict = true, args, flags }: Command): string[] {
  const wrong: string[] = [];
  const named: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const flag = word.startsWith('--') ? flags[word.slice(2)] : undefined;
    if (flag?.type === 'option') i++;
    else if (flag === undefined) (word.startsWith('-') ? wrong : named).push(word);
  }
  const takesMany = !strict || Object.values(args).some(({ multiple }) => multiple);
  return [...wrong, ...(takesMany ? [] : named.slice(Object.keys(args).length))];
}

describe('runbooks', () => {
  it('are there for every check, and for no other', () => {
    const ofChecks = readdirSync(FOLDER).filter((name) =>
      LAYERS.some((layer) => name.startsWith(`${layer}.`)),
    );
    expect(ofChecks.sort()).toEqual(ids.map((id) => `${id}.md`).sort());
  });

  it.each(ids)('%s has its sections, none of them empty', (id) => {
    const sections = sectionsOf(read(id));
    expect(sections.map(({ title }) => title)).toEqual(SECTIONS);
    expect(sections.filter(({ text }) => text === '')).toEqual([]);
    expect(read(id)).toMatch(new RegExp(`^# ${id.replace('.', '\\.')}: `));
  });

  it.each(readdirSync(FOLDER))('%s has nothing typed that gsys does not have', (name) => {
    const { commands } = JSON.parse(
      readFileSync(path.join(REPOSITORY, 'oclif.manifest.json'), 'utf8'),
    ) as Manifest;
    const lines = readFileSync(path.join(FOLDER, name), 'utf8').match(/^ {4}gsys .*$/gm) ?? [];
    for (const line of lines) {
      const words = line.trim().split(' ').slice(1);
      const length = [3, 2, 1].find((n) => commands[words.slice(0, n).join(':')] !== undefined) ?? 0;
      const command = commands[words.slice(0, length).join(':')];
      expect(command, line).toBeDefined();
      if (command !== undefined) expect(leftOver(words.slice(length), command), line).toEqual([]);
    }
  });

  it('are read into what --explain says; where they are not at hand it says all the same what is proved', async () => {
    const [check] = CHECKS;
    const [here] = await explain([check as (typeof CHECKS)[number]], REPOSITORY);
    expect(here?.runbook.sections?.map(({ title }) => title)).toEqual(SECTIONS);
    const [elsewhere] = await explain([check as (typeof CHECKS)[number]], '/nowhere');
    expect(elsewhere).toMatchObject({
      proves: check?.explain,
      runbook: { path: runbookOf(check?.id ?? '') },
    });
    expect(elsewhere?.runbook).not.toHaveProperty('sections');
  });
});
