import type { RegisterTaskDefinitionRequest } from '../aws/ecs-changes.ts';
import type { Service } from '../fleet/fleet.ts';
import type { PlannedService } from './events.ts';
import type { Rollout, RolloutEnd } from './follow.ts';
import type { Override } from './overrides.ts';

/** What is to become of one service in a release: plain data, so that another machine can go on with it. */
export interface Move {
  plan: PlannedService;
  /** The task definition to run: to be registered where `plan.differs`. Undefined where `to` names one that is. */
  wanted?: RegisterTaskDefinitionRequest;
  /** ARN of the task definition to run, where it is registered already. */
  to?: string;
  /** Of the image in it. */
  imageDigest: string;
  /** Of the definition that it was made from; a move that leaves the definition alone has none. */
  definition?: string;
  /** Tasks, where that is what changes; otherwise what autoscaling or a person has set stays. */
  desired?: { from: number; to: number };
  /** New tasks even of the same task definition. */
  restart?: boolean;
  /** What a person has decided about it, to be kept; null ends an earlier decision. */
  override?: Override | null;
  /** Its health command is new to the service, so that nobody knows yet whether it works there. */
  unproven?: boolean;
}

/** A move on its way. */
export interface Passage {
  service: Service;
  move: Move;
  /** ARN of the task definition to run, once it is registered. */
  registered?: string;
  /** Whether ECS was told, or may have been. */
  told?: boolean;
  /** Set when ECS was told. */
  rollout?: Rollout;
  end?: RolloutEnd;
  /** Why a gate failed on it after its rollout was done. */
  failure?: string;
  /** How it went when it was brought back. */
  back?: { to?: string; proven: boolean; reason: string };
}
