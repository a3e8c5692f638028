import { expect, it } from 'vitest';
import { answeredOf } from '../../../src/lib/verify/answered.ts';
import { CHECKS } from '../../../src/lib/verify/catalog.ts';
import type { Evidence } from '../../../src/lib/verify/evidence.ts';
import { judgeAll } from '../../../src/lib/verify/judge.ts';
import { asSet, FLEET, healthyEvidence, NOW } from './fixture.ts';

const ALL = FLEET.services.length;

it('counts every service and every task of a fleet that is whole, the gateway too', () => {
  expect(answered()).toEqual({
    services: { some: ALL, all: ALL },
    tasks: { some: 2 * ALL, all: 2 * ALL },
  });
});

it('counts a task that runs and has not answered among those that should', () => {
  const seen = answered(({ contracts }) => Object.assign(contracts[0]?.instances[0] ?? {}, { served: 0 }));
  expect(seen).toEqual({
    services: { some: ALL - 1, all: ALL },
    tasks: { some: 2 * ALL - 1, all: 2 * ALL },
  });
});

it('counts tasks that ECS should run and does not', () => {
  const seen = answered(({ services, tasks, instances, contracts }) => {
    const { name = '', ecsService } = FLEET.services[0] ?? {};
    for (const one of services.services) if (one.name === ecsService) one.running = 1;
    tasks.running.splice(0, 1);
    instances.splice(0, 1);
    contracts.find(({ service }) => service === name)?.instances.splice(0, 1);
  });
  expect(seen?.tasks).toEqual({ some: 2 * ALL - 1, all: 2 * ALL });
});

it('says nothing where contracts were not looked at', () => {
  const checks = CHECKS.filter(({ layer }) => layer === 'redis');
  expect(answeredOf(judgeAll(checks, asSet(healthyEvidence()), FLEET, NOW))).toBeUndefined();
});

function answered(change: (evidence: Evidence) => void = () => undefined) {
  const evidence = healthyEvidence();
  change(evidence);
  return answeredOf(judgeAll(CHECKS, asSet(evidence), FLEET, NOW));
}
