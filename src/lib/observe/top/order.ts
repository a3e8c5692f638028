import type { AlarmRow, ServiceRow, Severity } from './rows.ts';

export const SORTS = ['trouble', 'name', 'rate', 'errors', 'latency'] as const;
export type Sort = (typeof SORTS)[number];

const URGENCY: Severity[] = ['fail', 'unknown', 'warn', 'none'];

/** Rows whose name or trouble holds the text, in the order asked for; names decide between equals. Pure. */
export function servicesInOrder(
  rows: ServiceRow[],
  { filter, sort, reversed }: { filter: string; sort: Sort; reversed: boolean },
): ServiceRow[] {
  const text = filter.toLowerCase();
  const kept = rows.filter(
    ({ name, why }) => text === '' || name.toLowerCase().includes(text) || why.toLowerCase().includes(text),
  );
  const turn = reversed ? -1 : 1;
  return kept.sort((a, b) => turn * COMPARE[sort](a, b) || byName(a, b));
}

const COMPARE: Record<Sort, (a: ServiceRow, b: ServiceRow) => number> = {
  trouble: (a, b) => urgency(a) - urgency(b),
  name: (a, b) => byName(a, b),
  rate: (a, b) => most(a.perSecond, b.perSecond),
  errors: (a, b) => most(a.errors, b.errors),
  latency: (a, b) => most(a.latency, b.latency),
};

/** Those that fire, then those of which nobody knows, then the rest. Pure. */
export function alarmsInOrder(rows: AlarmRow[], filter: string): AlarmRow[] {
  const text = filter.toLowerCase();
  return rows
    .filter(({ name }) => name.toLowerCase().includes(text))
    .sort((a, b) => urgency(a) - urgency(b) || byName(a, b));
}

function urgency({ severity }: { severity: Severity }): number {
  return URGENCY.indexOf(severity);
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** The greatest first; what is not known last. */
function most(a: number | undefined, b: number | undefined): number {
  return (b ?? -1) - (a ?? -1);
}
