import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/lib/verify/catalog.ts';
import { type Check, defineCheck } from '../../../src/lib/verify/check.ts';
import type { Subject } from '../../../src/lib/verify/document.ts';
import type { SourceId } from '../../../src/lib/verify/evidence.ts';
import { judgeAll } from '../../../src/lib/verify/judge.ts';
import { PROBED, probeOf } from '../../../src/lib/verify/look-further.ts';
import { asSet, FLEET, healthyEvidence, NOW, silent } from './fixture.ts';

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

describe('a finding that is bad names the probe that looks further', () => {
  it.each<[string, Subject, string | undefined]>([
    ['nats.reach', { kind: 'nats-node', name: 'nats-3' }, 'gsys probe node nats-3'],
    ['redis.reach', { kind: 'redis-node', name: '127.0.0.1:20031' }, 'gsys probe redis 127.0.0.1:20031'],
    ['service.contract', { kind: 'service', name: 'settings' }, 'gsys probe service settings'],
    ['gateway.route', { kind: 'gateway', name: 'gateway' }, 'gsys probe gateway'],
    // Not of the definition, so no name of it would be known; of no layer; and nothing that a probe asks.
    ['redis.reach', { kind: 'redis-node', name: '10.0.0.9:6379' }, undefined],
    ['service.contract', { kind: 'service', name: 'gateway' }, undefined],
    ['ecs.drift', { kind: 'service', name: 'settings' }, undefined],
  ])('%s of %o: %s', (check, subject, command) => {
    expect(probeOf(check, subject, FLEET)).toBe(command);
  });

  it('and no other does', () => {
    const evidence = healthyEvidence();
    for (const listener of evidence['nats-listeners'])
      if (listener.node === 'nats-3') listener.announced = silent();
    const findings = judgeAll(CHECKS, asSet(evidence), FLEET, NOW);
    const looks = findings.filter(({ look }) => look !== undefined);
    expect(looks.map(({ status }) => status)).not.toContain('pass');
    expect(looks.find(({ check }) => check === 'nats.reach')?.look).toEqual(['gsys probe node nats-3']);
    expect(CHECKS.map(({ id }) => id)).toEqual(expect.arrayContaining(PROBED as string[]));
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
