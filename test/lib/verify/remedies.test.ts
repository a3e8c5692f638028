import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/lib/verify/catalog.ts';
import type { Evidence } from '../../../src/lib/verify/evidence.ts';
import { judgeAll } from '../../../src/lib/verify/judge.ts';
import { asSet, FLEET, healthyEvidence, NOW } from './fixture.ts';

interface Case {
  broken: string;
  by(evidence: Evidence): void;
  /** `check/subject` */
  found: string;
  remedy: string[] | undefined;
}

/** What is printed to be typed depends on what was seen. */
const CASES: Case[] = [
  {
    broken: 'a service that somebody has scaled to none is scaled, as a deploy leaves counts alone',
    by: ({ services }) => {
      const state = services.services.find(({ name }) => name === 'settings-nats');
      Object.assign(state ?? {}, { desired: 0, running: 0 });
    },
    found: 'ecs.running/settings',
    remedy: ['gsys scale settings=2'],
  },
  {
    broken: 'a service that does not answer is started again',
    by: ({ contracts }) => fail(contracts, 'timeout'),
    found: 'service.contract/settings',
    remedy: ['gsys logs settings', 'gsys restart settings'],
  },
  {
    broken: 'one that answers something else is looked at',
    by: ({ contracts }) => fail(contracts, 'mismatch'),
    found: 'service.contract/settings',
    remedy: ['gsys logs settings'],
  },
  {
    broken: 'a task whose clock is off alone gives way to a new one',
    by: ({ contracts }) => setClocks(contracts, [-6000, 0]),
    found: 'service.clock/settings',
    remedy: ['gsys restart settings'],
  },
  {
    broken: 'where all clocks are off it is that of this machine',
    by: ({ contracts }) => setClocks(contracts, [-6000, -6000]),
    found: 'service.clock/settings',
    remedy: undefined,
  },
  {
    broken: 'tasks that hear nothing lack a permission',
    by: (evidence) => hear(evidence, []),
    found: 'service.subscriptions/settings',
    remedy: ['gsys tls apply-config', 'gsys restart settings'],
  },
  {
    broken: 'tasks that hear something else are of other code',
    by: (evidence) => hear(evidence, [{ subject: 'svc.settings.v1.get', queue: 'another' }]),
    found: 'service.subscriptions/settings',
    remedy: ['gsys releases', 'gsys rollback settings'],
  },
  {
    broken: 'slots that nobody serves are given again by the embedded platform',
    by: ({ 'redis-nodes': { nodes } }) => {
      const answer = nodes[0]?.answer;
      if (answer?.ok) answer.value.info.slotsAssigned = 0;
    },
    found: `redis.slots/${FLEET.environment.redis.endpoints[0]?.host}:${FLEET.environment.redis.endpoints[0]?.port}`,
    remedy: ['gsys local status', 'gsys local up'],
  },
];

describe('what is printed to be typed', () => {
  it.each(CASES)('$broken', ({ by, found, remedy }) => {
    const evidence = healthyEvidence();
    by(evidence);
    const findings = judgeAll(CHECKS, asSet(evidence), FLEET, NOW);
    const finding = findings.find(({ check, subject }) => `${check}/${subject.name}` === found);
    expect(finding?.status).toBe('fail');
    expect(finding?.remedy).toEqual(remedy);
  });

  it('goes to the endpoint that was asked', () => {
    const evidence = healthyEvidence();
    for (const group of evidence['log-groups'].groups) Object.assign(group, { retentionDays: undefined });
    const [finding] = judgeAll(CHECKS, asSet(evidence), FLEET, NOW).filter(({ status }) => status === 'warn');
    expect(finding?.remedy?.[0]).toContain(`aws --endpoint-url ${FLEET.environment.endpoint} `);
  });

  it('of an alarm that looks elsewhere, what it says of itself is not told', () => {
    const evidence = healthyEvidence();
    const [alarm] = evidence.alarms.metric;
    Object.assign(alarm ?? {}, { state: 'ALARM', metric: { ...alarm?.metric, name: 'Another' } });
    const bad = judgeAll(CHECKS, asSet(evidence), FLEET, NOW).filter(({ status }) => status === 'fail');
    expect(bad.map(({ check }) => check)).toEqual(['alarms.defined']);
  });
});

function settingsOf(contracts: Evidence['contracts']) {
  const found = contracts.find(({ service }) => service === 'settings');
  if (found === undefined) throw new Error('the fixture has settings');
  return found;
}

function fail(contracts: Evidence['contracts'], outcome: 'timeout' | 'mismatch'): void {
  Object.assign(settingsOf(contracts).replies[0] ?? {}, { outcome, why: 'so it is' });
}

function setClocks(contracts: Evidence['contracts'], ahead: number[]): void {
  settingsOf(contracts).instances.forEach((instance, i) => {
    instance.clockAhead = ahead[i];
  });
}

function hear(evidence: Evidence, subscriptions: { subject: string; queue: string }[]): void {
  for (const { connections = [] } of evidence['nats-connections'])
    for (const one of connections) if (one.name === 'settings') one.subscriptions = subscriptions;
}
