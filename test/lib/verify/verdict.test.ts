import { expect, it } from 'vitest';
import type { Status } from '../../../src/lib/verify/document.ts';
import { countFindings, exitCodeOf, verdictOf } from '../../../src/lib/verify/verdict.ts';

const ROWS: { findings: Status[]; verdict: string; exit: number; strict: number }[] = [
  { findings: ['pass'], verdict: 'healthy', exit: 0, strict: 0 },
  { findings: ['pass', 'skip'], verdict: 'healthy', exit: 0, strict: 0 },
  { findings: ['pass', 'warn'], verdict: 'degraded', exit: 0, strict: 1 },
  { findings: ['warn'], verdict: 'degraded', exit: 0, strict: 1 },
  { findings: ['pass', 'unknown'], verdict: 'unknown', exit: 3, strict: 3 },
  { findings: ['warn', 'unknown'], verdict: 'unknown', exit: 3, strict: 3 },
  { findings: ['pass', 'fail'], verdict: 'unhealthy', exit: 1, strict: 1 },
  { findings: ['unknown', 'fail', 'warn'], verdict: 'unhealthy', exit: 1, strict: 1 },
  { findings: ['skip'], verdict: 'unknown', exit: 3, strict: 3 },
  { findings: [], verdict: 'unknown', exit: 3, strict: 3 },
];

it.each(ROWS)('$findings is $verdict: exit $exit, with --strict $strict', ({ findings, ...expected }) => {
  const verdict = verdictOf(countFindings(findings.map((status) => ({ status }))));
  expect({ verdict, exit: exitCodeOf(verdict, false), strict: exitCodeOf(verdict, true) }).toEqual(expected);
});
