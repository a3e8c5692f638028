import { GsysError } from '../../errors.ts';

/** What speaks against a plan before anything is changed. */
export interface Finding {
  /** `error`: it cannot go well, so deploy refuses. `warning`: it can, but not as well as it should. */
  level: 'error' | 'warning';
  /** Undefined for the whole fleet. */
  service?: string;
  code: FindingCode;
  message: string;
  /** What to type or to look at. */
  next: string;
}

export type FindingCode =
  /** Not built here, or not in the registry. */
  | 'image-missing'
  /** Secrets Manager does not have it. */
  | 'secret-missing'
  /** A parameter of Systems Manager, or a name: gsys does not look there. */
  | 'secret-unchecked'
  /** Not the ARN of a role of the environment's account. Whether the role exists, only IAM knows, which gsys never asks. */
  | 'role'
  /** Fargate has no task of this size, or a container wants more than its task has. */
  | 'fargate-size'
  /** The percentages let ECS neither start a task more nor stop one first. */
  | 'rollout-capacity'
  /** The desired count is outside of what autoscaling keeps it in. */
  | 'desired-out-of-range'
  /** ECS would count a task that is not known to work. */
  | 'health-check-missing'
  /** A rollout would be given up before a failing health check can show. */
  | 'deadline'
  /** The bake is over before what it waits for can happen. */
  | 'bake';

/** @throws GsysError PLAN_REFUSED that names every error */
export function refuseErrors(findings: Finding[]): void {
  const errors = findings.filter(({ level }) => level === 'error');
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  throw new GsysError('PLAN_REFUSED', `${findingText(first)}${more}`, {
    details: errors.map(findingText),
    next: first.next,
  });
}

function findingText({ service, message }: Finding): string {
  return service === undefined ? message : `${service}: ${message}`;
}
