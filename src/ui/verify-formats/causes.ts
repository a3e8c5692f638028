import type { Finding, Status } from '../../lib/verify/document.ts';
import { type Group, groupsOf } from '../verify-groups.ts';

/** What is wrong in itself, worst first; what follows from it is counted with it. */
export function causesOf(findings: readonly Finding[]): Group[] {
  return (['fail', 'unknown', 'warn'] as const satisfies Status[]).flatMap((status) =>
    groupsOf(findings, status),
  );
}
