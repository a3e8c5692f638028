import { GsysError } from '../errors.ts';
import type { Check } from './check.ts';
import { matchesGlob } from './glob.ts';
import { nearNames } from './near-names.ts';

export interface Selection {
  /** Globs of check ids; none means all. */
  only: string[];
  skip: string[];
}

/** @throws GsysError USAGE for a glob that names no check: it would quietly select something else than meant */
export function selectChecks(checks: readonly Check[], { only, skip }: Selection): Check[] {
  const idle = [...only, ...skip].filter((glob) => !checks.some(({ id }) => matchesGlob(id, glob)));
  if (idle.length > 0) throw noSuchCheck(checks, idle);
  const named = (id: string, globs: string[]) => globs.some((glob) => matchesGlob(id, glob));
  return checks.filter(({ id }) => (only.length === 0 || named(id, only)) && !named(id, skip));
}

function noSuchCheck(checks: readonly Check[], idle: string[]): GsysError {
  const ids = checks.map(({ id }) => id);
  const near = [...new Set(idle.flatMap((glob) => nearNames(glob, ids)))];
  return new GsysError('USAGE', `no check is called ${idle.join(', ')}`, {
    next: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `use globs over: ${ids.join(' ')}`,
  });
}
