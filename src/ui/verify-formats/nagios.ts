import { toUSVString } from 'node:util';
import type { Verdict, VerifyDocument } from '../../lib/verify/document.ts';
import { plain } from '../paint.ts';
import { list } from '../verify-group-text.ts';
import { causesOf } from './causes.ts';

/** https://nagios-plugins.org/doc/guidelines.html#AEN78 */
const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;
const UNKNOWN = 3;

/** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN: Nagios's codes, not gsys's. @param strict degraded is critical too */
export function nagiosCode(verdict: Verdict, strict: boolean): number {
  if (verdict === 'degraded') return strict ? 2 : 1;
  return { healthy: 0, unhealthy: 2, unknown: UNKNOWN }[verdict];
}

/** How many causes a line names, and how many letters of each. */
const CAUSES = 3;
const LETTERS = 120;

/** One line for people, and behind the bar what Nagios draws. @param strict as above */
export function nagiosLine(document: VerifyDocument, strict: boolean): string {
  const { fleet, environment, verdict, findings, counts, durationMs } = document;
  const causes = causesOf(findings);
  const named = causes
    .slice(0, CAUSES)
    .map(({ status, checks, subjects, message }) =>
      cut(`${status} ${checks.join(', ')} of ${list(subjects)}: ${message}`),
    );
  const more = causes.length > CAUSES ? [`and ${causes.length - CAUSES} more`] : [];
  const said = named.length === 0 ? [`${counts.pass} findings pass`] : [...named, ...more];
  const state = STATES[nagiosCode(verdict, strict)];
  return `GSYS ${state} - ${fleet} in ${environment} is ${verdict}: ${said.join('; ')} | ${performance(counts, durationMs)}`;
}

/** Of a verify that came to no document at all. */
export function nagiosFailure(message: string): string {
  return `GSYS ${STATES[UNKNOWN]} - ${cut(message)}`;
}

export const NAGIOS_UNKNOWN = UNKNOWN;

/** `label=value[unit];warn;crit;min`: https://nagios-plugins.org/doc/guidelines.html#AEN200 */
function performance({ pass, warn, fail, unknown, skip }: VerifyDocument['counts'], ms: number): string {
  return [
    `pass=${pass};;;0`,
    `warn=${warn};0;;0`,
    `fail=${fail};;0;0`,
    `unknown=${unknown};;;0`,
    `skip=${skip};;;0`,
    `time=${(ms / 1000).toFixed(3)}s;;;0`,
  ].join(' ');
}

/** A bar would begin the numbers, a second line the long output. */
function cut(text: string): string {
  const line = toUSVString(plain(text)).replace(/\s+/g, ' ').replaceAll('|', '/').trim();
  return line.length > LETTERS ? `${line.slice(0, LETTERS - 1)}…` : line;
}
