import type { Finding, Status } from '../lib/verify/document.ts';

/** Findings that say the same of several subjects, shown as one, with what follows from them. */
export interface Group {
  status: Status;
  message: string;
  /** Distinct, as they come. */
  checks: string[];
  subjects: string[];
  remedy: string[];
  /** Commands that look further. */
  look: string[];
  runbooks: string[];
  consequences: Finding[];
}

/** The findings of a status that follow from no other, those with the same message together. */
export function groupsOf(
  findings: readonly Finding[],
  status: Status,
  isWanted: (finding: Finding, consequences: Finding[]) => boolean = () => true,
): Group[] {
  const groups = new Map<string, Group>();
  const families = familiesOf(findings);
  for (const finding of findings) {
    const consequences = families.get(finding);
    if (finding.status !== status || consequences === undefined) continue;
    if (!isWanted(finding, consequences)) continue;
    const key = finding.message;
    const group = groups.get(key) ?? {
      ...{ status, message: finding.message, checks: [], subjects: [] },
      ...{ remedy: [], look: [], runbooks: [], consequences: [] },
    };
    groups.set(key, group);
    add(group.checks, finding.check);
    add(group.subjects, finding.subject.name);
    for (const command of finding.remedy ?? []) add(group.remedy, command);
    for (const command of finding.look ?? []) add(group.look, command);
    if (finding.runbook !== undefined) add(group.runbooks, finding.runbook);
    group.consequences.push(...consequences);
  }
  return [...groups.values()];
}

/** Findings that follow from no other, each with those that follow from it. */
function familiesOf(findings: readonly Finding[]): Map<Finding, Finding[]> {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const families = new Map<Finding, Finding[]>();
  for (const finding of findings) {
    const root = rootOf(finding, byId);
    const family = families.get(root) ?? [];
    families.set(root, family);
    if (root !== finding) family.push(finding);
  }
  return families;
}

/** The finding at the end of the causes; itself when it follows from none that is there. */
function rootOf(finding: Finding, byId: Map<string, Finding>): Finding {
  const seen = new Set([finding]);
  for (let root = finding; ; ) {
    const cause = byId.get(root.causedBy ?? '');
    if (cause === undefined || seen.has(cause)) return root;
    seen.add(cause);
    root = cause;
  }
}

function add(list: string[], entry: string): void {
  if (!list.includes(entry)) list.push(entry);
}
