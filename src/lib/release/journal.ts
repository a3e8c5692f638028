import type { DeployStep, PlannedService } from './events.ts';
import type { Move } from './move.ts';

/** What a release writes down for itself, between what it tells; with it, any machine can go on. */
export type Entry =
  /** Whose release it is, first of all. */
  | {
      type: 'begun';
      environment: string;
      command: string;
      who: string;
      message?: string;
      gitRevision?: string;
    }
  | { type: 'move'; move: Move }
  /** Before ECS is told. Whether it was, only ECS knows. */
  | { type: 'intent'; wave: number; service: string; taskDefinition: string }
  /** Before the first service of a wave is brought back. */
  | { type: 'rolling-back'; wave: number; reasons: Record<string, string> }
  /** A person or another machine goes on with it. */
  | { type: 'resumed'; who: string };

export type Recorded = (DeployStep | Entry) & { at: string };

export type { Move, PlannedService };
