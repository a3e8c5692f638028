import path from 'node:path';
import { readIfThere } from '../pki/files.ts';
import type { Check } from './check.ts';
import { runbookOf } from './runbook.ts';

/** What a check is, for whoever wonders whether to believe it. */
export interface Explanation {
  check: string;
  title: string;
  /** What it proves. */
  proves: string;
  /** Sources that it judges. */
  uses: string[];
  /** Checks whose bad findings explain this one's. */
  dependsOn: string[];
  runbook: {
    path: string;
    /** Sections in their order: what it means, what else it could be, what it does not see; undefined: not on this machine. */
    sections?: { title: string; text: string }[];
  };
}

/** @param root the folder of gsys's package.json @throws GsysError FILE_SYSTEM for a runbook that cannot be read */
export function explain(checks: readonly Check[], root: string): Promise<Explanation[]> {
  return Promise.all(
    checks.map(async ({ id, title, explain: proves, uses, dependsOn }) => {
      const file = runbookOf(id);
      const markdown = await readIfThere(path.join(root, file));
      const sections = markdown === undefined ? {} : { sections: sectionsOf(markdown) };
      return {
        check: id,
        title,
        proves,
        uses: [...uses],
        dependsOn: [...dependsOn],
        runbook: { path: file, ...sections },
      };
    }),
  );
}

/** By second-level headings; what stands before the first is no section. */
export function sectionsOf(markdown: string): { title: string; text: string }[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = '', ...lines] = section.split('\n');
      return { title: title.trim(), text: lines.join('\n').replace(/^\n+|\s+$/g, '') };
    });
}
