import type { ApiCalls } from '../aws/clients.ts';
import type { ErrorCode } from '../errors.ts';
import type { StoppedTask } from '../probe/stopped-task.ts';
import type { Change } from './plan/change.ts';
import type { Released } from './records.ts';
import type { Wave } from './waves.ts';

/** What a release tells while it runs; the closed list of the JSON contract. The last is always a `result`. */
export type DeployEvent = { at: string; release: string } & DeployStep;

export type DeployStep =
  | PlannedStep
  | { type: 'locked'; lock: number }
  | { type: 'wave-started'; wave: number; of: number; canary: boolean; services: string[] }
  | { type: 'registered'; service: string; taskDefinition: string }
  | { type: 'updated'; service: string; taskDefinition: string; created: boolean }
  | ProgressStep
  | GateStep
  | RolledBackStep
  | { type: 'wave-done'; wave: number }
  | { type: 'unlocked'; lock: number }
  | ResultStep;

export interface PlannedStep {
  type: 'planned';
  services: PlannedService[];
  /** In their order; services that need nothing are in none. */
  waves: Wave[];
}

export interface ProgressStep {
  type: 'progress';
  service: string;
  /** Of ECS's ServiceDeployment; PENDING until there is one. */
  status: string;
  running: number;
  desired: number;
  /** A task of the new task definition that stopped, where that is what happened. */
  stopped?: StoppedTask;
}

/**
 * `health-command` it passes in a task of its own · `deployment` ECS calls it successful, by its own record ·
 * `answers` every new task answers $SRV.PING and the contract's probe · `alarms` none of the service fires ·
 * `bake` nothing stopped, fired or fell silent for a while
 */
export type Gate = 'health-command' | 'deployment' | 'answers' | 'alarms' | 'bake';

export interface GateStep {
  type: 'gate-waiting' | 'gate-passed' | 'gate-failed';
  wave: number;
  gate: Gate;
  /** Of a gate that failed: whose fault it is. */
  service?: string;
  /** What is waited for, what was seen, or why it failed. */
  detail: string;
}

export interface RolledBackStep {
  type: 'rolled-back';
  service: string;
  /** Why. */
  reason: string;
  /** Task definition that it runs again; undefined where it could not be brought back. */
  to?: string;
  /** Whether it was seen to run that again. */
  proven: boolean;
}

export interface ResultStep {
  type: 'result';
  outcome: Outcome;
  environment?: string;
  services: ServiceResult[];
  /** Why there was nothing to do. */
  reason?: string;
  /** For every outcome that is not a success: the same object that other commands end with. */
  error?: ResultError;
  /** Requests sent to AWS: `{"ecs:DescribeServices": 3}`. Told, not recorded. */
  apiCalls?: ApiCalls;
}

export interface ResultError {
  code: ErrorCode;
  message: string;
  next?: string;
  exitCode: number;
}

export type Outcome = 'succeeded' | 'rolled-back' | 'failed' | 'interrupted' | 'refused' | 'nothing-to-do';

export interface ServiceResult {
  service: string;
  ecsService: string;
  /** Task definition ARNs, before and after. */
  from?: string;
  to?: string;
  outcome: 'deployed' | 'rolled-back' | 'failed' | 'untouched';
  reason?: string;
  /** What runs now, for every service that was deployed or left as it was. */
  taskDefinition?: string;
  imageDigest?: string;
  /** Of the definition that it was deployed from. */
  definition?: string;
  desired?: number;
  /** Tasks of the new revision that stopped, with their last words. */
  stopped?: StoppedTask[];
}

/** `prove`: it runs already, but no successful release says so. */
export type Action = 'unchanged' | 'create' | 'update' | 'prove';

export interface PlannedService {
  service: string;
  ecsService: string;
  action: Action;
  /** Whether what runs differs from what is wanted; otherwise no new task definition is needed. */
  differs: boolean;
  reasons: string[];
  /** Task definition ARNs: what it runs, and what a rollback would return to. */
  from?: string;
  good?: string;
  /** In what it differs, one by one. Of a service that is created `plan` alone tells: a record has no room for it all. */
  changes?: Change[];
  /** Tasks: what ECS was told, which a deploy leaves alone, and what the definition says. */
  desired?: { now: number; defined: number };
  /** What a rollback returns to: what the last successful release left running. Undefined where nothing is on record. */
  rollsBackTo?: Released;
}
