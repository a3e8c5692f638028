import type { ServiceState } from '../aws/ecs.ts';
import type { RegisteredDefinition, RegisterTaskDefinitionRequest } from '../aws/ecs-changes.ts';
import type { Service } from '../fleet/fleet.ts';
import { definitionDiff } from './definition-diff.ts';
import type { PlannedService } from './events.ts';
import { changeText } from './plan/change.ts';
import { settingsDiff } from './plan/settings-diff.ts';
import type { Released } from './records.ts';
import type { ServiceSettings } from './service-request.ts';

/** What is known of one service before a deploy. */
export interface ServiceFacts {
  service: Service;
  /** Undefined when ECS does not have it, or has deleted it. */
  state: ServiceState | undefined;
  /** What the service was last told to run. */
  current: RegisteredDefinition | undefined;
  wanted: RegisterTaskDefinitionRequest;
  /** Of the service itself: what each update sets. */
  settings: ServiceSettings;
  /** Of `wanted`; empty where the image is not in the registry. */
  imageDigest: string;
  /** What the newest successful release with this service left running. */
  released: Released | undefined;
  /** What `wanted` refers to and is not there. */
  lacks: Lack[];
}

/** An image that was not built here or is not in the registry, or a secret that Secrets Manager does not have. */
export interface Lack {
  what: 'built image' | 'pushed image' | 'secret';
  name: string;
}

/** What a deploy would do to a service, and why. Pure. */
export function planService(facts: ServiceFacts): PlannedService {
  const { service, state, current, wanted, settings, released } = facts;
  const named = { service: service.name, ecsService: service.ecsService };
  if (state === undefined)
    return { ...named, action: 'create', differs: true, reasons: ['there is no such service yet'] };
  const known = {
    ...{ ...named, from: state.taskDefinition },
    desired: { now: state.desired, defined: service.desired },
    ...(released && { rollsBackTo: released }),
  };
  const gone = current === undefined ? ['its task definition is gone'] : [];
  const inDefinition = definitionDiff(current, wanted);
  const changes = [...inDefinition, ...settingsDiff(state, settings)];
  const differs = inDefinition.length > 0;
  const reasons = gone.length > 0 ? gone : changes.map(changeText);
  if (reasons.length > 0) return { ...known, action: 'update', differs, reasons, changes };
  const same = { ...known, differs, changes: [] };
  const rollout = state.deployments.find(({ status }) => status === 'PRIMARY')?.rollout;
  if (rollout === 'FAILED')
    return { ...same, action: 'update', reasons: ['its last rollout failed and was left so'] };
  if (rollout === 'IN_PROGRESS') return { ...same, action: 'prove', reasons: ['its rollout is under way'] };
  if (released?.taskDefinition !== state.taskDefinition)
    return { ...same, action: 'prove', reasons: ['no successful release records what runs'] };
  return { ...same, action: 'unchanged', reasons: [] };
}
