import { dashboards } from '../../aws/dashboards.ts';
import { type Applied, type ApplyOptions, applyChanges } from '../../release/apply-changes.ts';
import { type DashboardPlan, lookAtDashboard } from './look.ts';

/** Milliseconds. CloudWatch may give what was put a little later. */
const SETTLES_WITHIN = 10_000;

/** Puts the dashboard where it differs, and reads it back. */
export async function applyDashboard(
  options: Omit<ApplyOptions<DashboardPlan>, 'patience'>,
): Promise<Applied<DashboardPlan>> {
  const { fleet, access } = options;
  const source = dashboards(access);
  return await applyChanges(
    {
      look: () => lookAtDashboard(fleet, source),
      nameOf: ({ dashboard }) => dashboard,
      make: ({ dashboard, body }) => source.put(dashboard, body, fleet.name),
      lacks: () => [],
      refused: ({ action, dashboard, why }) => (action === 'refused' ? [`${dashboard}: ${why}`] : []),
      command: 'gsys dashboards',
    },
    { ...options, patience: SETTLES_WITHIN },
  );
}
