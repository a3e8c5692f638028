import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKS, COLLECTORS } from '../../../src/lib/verify/catalog.ts';
import { COMPARING } from '../../../src/lib/verify/last.ts';

const LIB = path.resolve(import.meta.dirname, '../../../src/lib/verify');

async function exportsOf(folder: string): Promise<unknown[]> {
  const files = readdirSync(path.join(LIB, folder));
  const modules = await Promise.all(files.map((file) => import(path.join(LIB, folder, file))));
  return modules.flatMap((module) => Object.values(module)).filter((value) => typeof value === 'object');
}

describe('the catalogue', () => {
  it('lists every check of the folder, and nothing else', async () => {
    expect(new Set(CHECKS)).toEqual(new Set(await exportsOf('checks')));
  });

  it('lists every collector of the folder under its own id', async () => {
    expect(new Set(Object.values(COLLECTORS))).toEqual(new Set(await exportsOf('collectors')));
    expect(Object.values(COLLECTORS).map(({ id }) => id)).toEqual(Object.keys(COLLECTORS));
  });

  it('collects nothing that no check uses', () => {
    expect(new Set(CHECKS.flatMap(({ uses }) => uses))).toEqual(new Set(Object.keys(COLLECTORS)));
  });

  it('keeps for the next look what the checks observe that compare with the last one', () => {
    const comparing = CHECKS.filter(({ uses }) => uses.includes('past')).map(({ id }) => id);
    expect(comparing.sort()).toEqual(COMPARING);
  });

  it('names causes before their consequences, in ids that begin with their layer', () => {
    for (const [i, { id, layer, dependsOn, explain }] of CHECKS.entries()) {
      const before = CHECKS.slice(0, i).map((check) => check.id as string);
      expect(before).toEqual(expect.arrayContaining([...dependsOn]));
      expect(id).toMatch(new RegExp(`^${layer}\\.`));
      expect(explain).toMatch(/\.$/);
    }
  });
});
