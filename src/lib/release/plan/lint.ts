import type { Environment, Fleet } from '../../fleet/fleet.ts';
import type { PlannedService } from '../events.ts';
import type { ServiceFacts } from '../plan.ts';
import type { Finding } from './finding.ts';
import { lintBake } from './lint-bake.ts';
import { lintReferences } from './lint-references.ts';
import { lintCapacity, lintDesired, lintDetection } from './lint-rollout.ts';
import { lintSize } from './lint-size.ts';

/** What is said of one service, whose name is filled in. @param all that the plan touches */
export type Lint = (
  facts: ServiceFacts,
  environment: Environment,
  all: ServiceFacts[],
) => Omit<Finding, 'service'>[];

const LINTS: Lint[] = [lintReferences, lintSize, lintCapacity, lintDesired, lintDetection];

/** What speaks against a plan: of each service that it touches, then of the whole. Pure. */
export function lint(fleet: Fleet, facts: ServiceFacts[], plan: PlannedService[]): Finding[] {
  const touched = facts.filter((_, i) => plan[i]?.action !== 'unchanged');
  const ofServices = touched.flatMap((one) =>
    LINTS.flatMap((judge) => judge(one, fleet.environment, touched)).map(
      (finding): Finding => ({ service: one.service.name, ...finding }),
    ),
  );
  return [...ofServices, ...lintBake(fleet, touched)];
}
