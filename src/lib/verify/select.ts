import { GsysError } from '../errors.ts';
import type { Check } from './check.ts';
import { matchesGlob } from './glob.ts';

export interface Selection {
  /** Globs of check ids; none means all. */
  only: string[];
  skip: string[];
}

/** @throws GsysError USAGE for a glob that names no check: it would quietly select something else than meant */
export function selectChecks(checks: readonly Check[], { only, skip }: Selection): Check[] {
  const idle = [...only, ...skip].filter((glob) => !checks.some(({ id }) => matchesGlob(id, glob)));
  if (idle.length > 0) {
    throw new GsysError('USAGE', `no check is called ${idle.join(', ')}`, {
      next: `use globs over: ${checks.map(({ id }) => id).join(' ')}`,
    });
  }
  const named = (id: string, globs: string[]) => globs.some((glob) => matchesGlob(id, glob));
  return checks.filter(({ id }) => (only.length === 0 || named(id, only)) && !named(id, skip));
}
