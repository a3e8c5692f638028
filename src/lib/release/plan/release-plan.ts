import type { Fleet } from '../../fleet/fleet.ts';
import { definitionDiff } from '../definition-diff.ts';
import type { PlannedService } from '../events.ts';
import { planService, type ServiceFacts } from '../plan.ts';
import { planWaves, type Wave } from '../waves.ts';
import type { Change } from './change.ts';
import type { Finding } from './finding.ts';
import { lint } from './lint.ts';

/** What a deploy of some services would do, in which order, and what speaks against it. */
export interface ReleasePlan {
  /** Whether what runs is not what the definition says. A service that is only to be proved does not differ. */
  differs: boolean;
  /** With all that a new service starts with. */
  services: PlannedService[];
  waves: Wave[];
  findings: Finding[];
}

/** Pure: the same facts make the same plan. */
export function planRelease(fleet: Fleet, facts: ServiceFacts[]): ReleasePlan {
  const services = facts.map(planService);
  const items = facts.map(({ service }, i) => ({ service, action: services[i]?.action ?? 'unchanged' }));
  return {
    differs: services.some(({ action }) => action === 'create' || action === 'update'),
    services: services.map((planned, i) => withStart(planned, facts[i])),
    waves: planWaves(items, fleet.environment.release, fleet),
    findings: lint(fleet, facts, services),
  };
}

function withStart(planned: PlannedService, facts: ServiceFacts | undefined): PlannedService {
  if (planned.action !== 'create' || facts === undefined) return planned;
  const count: Change = { path: 'desiredCount', kind: 'count', from: null, to: facts.service.desired };
  return { ...planned, changes: [...definitionDiff(undefined, facts.wanted), count] };
}
