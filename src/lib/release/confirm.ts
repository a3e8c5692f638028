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

/** @throws GsysError NOT_CONFIRMED unless this change was agreed to: by flag, or by an answer */
export async function confirmChange(
  { name, environment }: Pick<Fleet, 'name' | 'environment'>,
  plan: PlannedService[],
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
  const changes = plan.filter(({ action }) => action !== 'unchanged').length;
  const what = changes === 1 ? '1 service' : `${changes} services`;
  if (!(await ask(`change ${what} in ${environment.name}?`)))
    throw new GsysError('NOT_CONFIRMED', 'nothing was changed');
}
