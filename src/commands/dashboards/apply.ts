import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { applyDashboard } from '../../lib/observe/dashboards/apply.ts';
import type { DashboardPlan } from '../../lib/observe/dashboards/look.ts';
import { appliedText, showApplyStep } from '../../ui/apply-text.ts';
import { dashboardPlanText } from '../../ui/dashboard-plan.ts';

export default class DashboardsApply extends BaseCommand<typeof DashboardsApply> {
  static override summary = 'bring the fleet’s CloudWatch dashboard to what the definition says';
  static override description =
    'One for the environment: which alarms page, and every metric that an alarm looks at with its threshold. One of that name that gsys has not made is refused, and ends with 1.';
  static override examples = [
    '<%= config.bin %> dashboards apply --dry-run',
    '<%= config.bin %> dashboards apply --yes',
  ];
  static override flags = changeFlags;
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const change = changeOf(fleet, { command: 'dashboards apply', flags: this.flags, signal: this.signal });
    const planText = (plan: DashboardPlan) => dashboardPlanText(plan, this.paint);
    const applied = await applyDashboard({
      ...change,
      confirm: ({ dashboard }) => change.requireConsent(`put the dashboard ${dashboard}?`),
      dryRun: this.flags['dry-run'],
      now: Date.now,
      onStep: (step) => showApplyStep(step, this.progress, planText),
    });
    this.progress.end();
    this.log(appliedText(applied, 'dashboard', this.paint));
    if (applied.outcome === 'incomplete') this.exitWith(1);
    return {
      schema: 'gsys/dashboards-apply/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...applied,
    };
  }
}
