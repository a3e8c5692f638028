import { GsysError } from '../errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { PlannedService } from './events.ts';

export interface Consent {
  yes: boolean;
  /** Of `--confirm`. */
  confirm: string | undefined;
  /** Whether there is somebody to ask. */
  interactive: boolean;
}

/** @throws GsysError NOT_CONFIRMED unless the question was answered with yes: by flag, or by a person */
export async function requireConsent(
  { name, environment }: Pick<Fleet, 'name' | 'environment'>,
  question: string,
  { yes, confirm, interactive }: Consent,
  ask: (question: string) => Promise<boolean>,
): Promise<void> {
  if (environment.protected && confirm !== name) {
    throw new GsysError('NOT_CONFIRMED', `environment ${environment.name} is protected`, {
      next: `say which fleet you mean: --confirm ${name}`,
    });
  }
  if (yes) return;
  if (!interactive) {
    throw new GsysError('NOT_CONFIRMED', 'there is nobody to ask', { next: 'agree beforehand: --yes' });
  }
  if (!(await ask(question))) throw new GsysError('NOT_CONFIRMED', 'nothing was changed');
}

/** What is asked before a release. */
export function releaseQuestion({ environment }: Pick<Fleet, 'environment'>, plan: PlannedService[]): string {
  const changes = plan.filter(({ action }) => action !== 'unchanged').length;
  const what = changes === 1 ? '1 service' : `${changes} services`;
  return `change ${what} in ${environment.name}?`;
}
