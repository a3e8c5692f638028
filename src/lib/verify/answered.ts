import type { Finding } from './document.ts';

/** How many services, and how many of the tasks that there should be, have answered a request of a contract. */
export interface Answered {
  services: Share;
  tasks: Share;
}

export interface Share {
  some: number;
  all: number;
}

/** Undefined where contracts were not looked at. */
export function answeredOf(findings: Finding[]): Answered | undefined {
  const asked = findings.filter(
    ({ check, status }) => (check === 'service.contract' || check === 'gateway.route') && status !== 'skip',
  );
  if (asked.length === 0) return undefined;
  const names = [...new Set(asked.map(({ subject }) => subject.name))];
  const tasks = names.map((name) => {
    const own = findings.filter(({ subject }) => subject.name === name);
    const some = Math.max(...own.map(tasksThatAnswered));
    return { some, all: Math.max(some, ...own.map(tasksThatShould)) };
  });
  const proven = names.filter((name) =>
    asked.every(({ subject, status }) => subject.name !== name || status === 'pass'),
  );
  return {
    services: { some: proven.length, all: names.length },
    tasks: { some: sum(tasks.map(({ some }) => some)), all: sum(tasks.map(({ all }) => all)) },
  };
}

/** What `service.contract` and `gateway.route` have observed. */
function tasksThatAnswered({ check, observed }: Finding): number {
  if (check === 'service.contract') {
    const { instances = [] } = (observed ?? {}) as { instances?: { served: number }[] };
    return instances.filter(({ served }) => served > 0).length;
  }
  if (check === 'gateway.route') {
    const { tasks = [] } = (observed ?? {}) as { tasks?: string[] };
    return tasks.length;
  }
  return 0;
}

/** As many as ECS is to run; where nobody looked, as many as run or are known to NATS. */
function tasksThatShould({ check, observed, expected }: Finding): number {
  if (check === 'ecs.running') return ((observed ?? {}) as { desired?: number }).desired ?? 0;
  if (check === 'service.instances') return Array.isArray(expected) ? expected.length : 0;
  if (check === 'service.contract')
    return ((observed ?? {}) as { instances?: unknown[] }).instances?.length ?? 0;
  if (check === 'gateway.route') return ((expected ?? {}) as { tasks?: string[] }).tasks?.length ?? 0;
  return 0;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
