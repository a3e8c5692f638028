import { type Alarms, alarms } from '../../aws/alarms.ts';
import { inBatches } from '../../aws/batches.ts';
import { definedAlarms } from '../../fleet/alarms.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { pagingAlarms } from '../../fleet/paging-alarms.ts';
import { type Applied, type ApplyOptions, applyChanges } from '../../release/apply-changes.ts';

/** An alarm that is called as the fleet's are and that the definition does not have. */
export interface PlannedRemoval {
  alarm: string;
  kind: 'metric' | 'composite';
  /**
   * `foreign`: it does not carry the fleet's tag, so gsys has not made it, and leaves it alone. `needed`: an alarm of
   * the definition still looks at it.
   */
  action: 'delete' | 'foreign' | 'needed';
}

export interface PrunePlan {
  alarms: PlannedRemoval[];
}

/** Milliseconds. CloudWatch may describe what was deleted a little longer. */
const SETTLES_WITHIN = 10_000;

/** Deletes what gsys has made and the definition does not have any more; nothing else, whatever it is called. */
export async function pruneAlarms(
  options: Omit<ApplyOptions<PrunePlan>, 'patience'>,
): Promise<Applied<PrunePlan>> {
  const source = alarms(options.access);
  return await applyChanges(
    {
      look: async () => {
        const plan = await planPrune(options.fleet, source);
        return { plan, changes: plan.alarms.filter(({ action }) => action === 'delete') };
      },
      nameOf: ({ alarm }) => alarm,
      make: ({ alarm }) => source.remove(alarm),
      lacks: () => [],
      refused: ({ alarms }) =>
        alarms
          .filter(({ action }) => action === 'needed')
          .map(({ alarm }) => `${alarm} is still looked at by an alarm that pages: gsys alarms apply`),
      command: 'gsys alarms',
      again: 'gsys alarms prune',
    },
    { ...options, patience: SETTLES_WITHIN },
  );
}

async function planPrune(fleet: Fleet, source: Pick<Alarms, 'called' | 'fleetOf'>): Promise<PrunePlan> {
  const { metric, composite } = await source.called(`${fleet.name}-`);
  const defined = new Set(
    [...definedAlarms(fleet, fleet.services), ...pagingAlarms(fleet, fleet.services, () => true)].map(
      ({ name }) => name,
    ),
  );
  // One that looks at others goes before them: CloudWatch deletes none that is looked at.
  const strays = [
    ...composite.map((one) => ({ ...one, kind: 'composite' as const })),
    ...metric.map((one) => ({ ...one, kind: 'metric' as const })),
  ].filter(({ name }) => !defined.has(name));
  const needed = composite.filter(({ name }) => defined.has(name)).map(({ rule }) => rule);
  const planned = await inBatches(strays, 1, async ([stray]) => {
    if (stray === undefined) return [];
    const ours = (await source.fleetOf(stray.arn)) === fleet.name;
    const isNeeded = needed.some((rule) => rule.includes(`("${stray.name}")`));
    return [{ alarm: stray.name, kind: stray.kind, action: actionOf(ours, isNeeded) }];
  });
  return { alarms: planned };
}

function actionOf(ours: boolean, needed: boolean): PlannedRemoval['action'] {
  if (!ours) return 'foreign';
  return needed ? 'needed' : 'delete';
}
