import type { ServiceState } from '../aws/ecs.ts';
import type { RegisteredDefinition, RegisterTaskDefinitionRequest } from '../aws/ecs-changes.ts';
import type { Service } from '../fleet/fleet.ts';
import { definitionDiff } from './definition-diff.ts';
import type { PlannedService } from './events.ts';
import type { Released } from './records.ts';

/** What is known of one service before a deploy. */
export interface ServiceFacts {
  service: Service;
  /** Undefined when ECS does not have it, or has deleted it. */
  state: ServiceState | undefined;
  /** What the service was last told to run. */
  current: RegisteredDefinition | undefined;
  wanted: RegisterTaskDefinitionRequest;
  /** Of `wanted`. */
  imageDigest: string;
  /** What the newest successful release with this service left running. */
  released: Released | undefined;
}

/** What a deploy would do to a service, and why. Pure. */
export function planService(facts: ServiceFacts): PlannedService {
  const { service, state, current, wanted } = facts;
  const named = { service: service.name, ecsService: service.ecsService };
  if (state === undefined)
    return { ...named, action: 'create', differs: true, reasons: ['there is no such service yet'] };
  const from = { from: state.taskDefinition };
  const changes = current === undefined ? ['its task definition is gone'] : definitionDiff(current, wanted);
  if (changes.length > 0) return { ...named, ...from, action: 'update', differs: true, reasons: changes };
  const same = { ...named, ...from, differs: false };
  const rollout = state.deployments.find(({ status }) => status === 'PRIMARY')?.rollout;
  if (rollout === 'FAILED')
    return { ...same, action: 'update', reasons: ['its last rollout failed and was left so'] };
  if (rollout === 'IN_PROGRESS') return { ...same, action: 'prove', reasons: ['its rollout is under way'] };
  if (facts.released?.taskDefinition !== state.taskDefinition)
    return { ...same, action: 'prove', reasons: ['no successful release records what runs'] };
  return { ...same, action: 'unchanged', reasons: [] };
}
