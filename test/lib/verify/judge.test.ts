import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/lib/verify/catalog.ts';
import { type Check, defineCheck } from '../../../src/lib/verify/check.ts';
import type { SourceId } from '../../../src/lib/verify/evidence.ts';
import { judgeAll } from '../../../src/lib/verify/judge.ts';
import { asSet, FLEET, healthyEvidence, NOW } from './fixture.ts';

const SOURCES = Object.keys(healthyEvidence()) as SourceId[];

describe('missing evidence', () => {
  it.each(SOURCES)('of %s makes every finding that needs it unknown, and only those', (source) => {
    const set = {
      ...asSet(healthyEvidence()),
      [source]: { evidence: { missing: 'it did not come' }, at: NOW },
    };
    const findings = judgeAll(CHECKS, set, FLEET, NOW);
    const blind = CHECKS.filter(({ uses }) => uses.includes(source)).map(({ id }) => id);
    const unknown = findings.filter(({ status }) => status === 'unknown');
    expect(new Set(unknown.map(({ check }) => check))).toEqual(new Set(blind));
    expect(unknown).toHaveLength(findings.filter(({ check }) => blind.includes(check as Check['id'])).length);
    expect(unknown.every(({ message }) => message.includes('it did not come'))).toBe(true);
  });

  it('that was never collected is unknown too', () => {
    const findings = judgeAll(CHECKS, {}, FLEET, NOW);
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['unknown']));
  });
});

describe('a check', () => {
  const subjects = () => [{ kind: 'service', name: 'a' } as const, { kind: 'service', name: 'b' } as const];
  const check = (judge: Check['judge'], more: Partial<Check> = {}) =>
    defineCheck({
      ...{
        id: 'ecs.made-up',
        title: 'made up',
        layer: 'ecs',
        uses: [],
        dependsOn: [],
        explain: '',
        subjects,
        judge,
      },
      ...more,
    });
  const said = { expected: 1, observed: 1 };

  it('that throws is unknown for every subject, and says that it is broken itself', () => {
    const broken = check(() => {
      throw new Error('oops');
    });
    const findings = judgeAll([broken], {}, FLEET, NOW);
    expect(findings.map(({ status, message }) => ({ status, message }))).toEqual(
      Array(2).fill({ status: 'unknown', message: 'the check itself is broken: oops' }),
    );
  });

  it('that forgets a subject leaves it unknown', () => {
    const forgetful = check(() => [
      { subject: { kind: 'service', name: 'a' }, status: 'pass', message: 'fine', ...said },
    ]);
    expect(judgeAll([forgetful], {}, FLEET, NOW).map(({ status }) => status)).toEqual(['pass', 'unknown']);
  });

  it('that fails names the failing check of the same subject that it depends on', () => {
    const judge = () =>
      subjects().map((subject) => ({ subject, status: 'fail' as const, message: 'broken', ...said }));
    const cause = check(judge);
    const consequence = check(judge, { id: 'service.other', dependsOn: ['ecs.made-up'] });
    const causes = judgeAll([cause, consequence], {}, FLEET, NOW).map(({ causedBy }) => causedBy);
    expect(causes).toEqual([undefined, undefined, 'ecs.made-up/service/a', 'ecs.made-up/service/b']);
  });

  it('that blames a subject which could not be asked itself follows from that, and not the other way round', () => {
    const node = (name: string, status: 'fail' | 'unknown', blames: string[]) => ({
      ...{ subject: { kind: 'service', name } as const, status, message: 'broken', ...said, blames },
    });
    const one = check(() => [node('a', 'fail', ['b']), node('b', 'unknown', [])]);
    const each = check(() => [node('a', 'fail', ['b']), node('b', 'fail', ['a'])]);
    const causes = (of: Check) => judgeAll([of], {}, FLEET, NOW).map(({ causedBy }) => causedBy);
    expect(causes(one)).toEqual(['ecs.made-up/service/b', undefined]);
    expect(causes(each)).toEqual([undefined, undefined]);
  });
});
