import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { applyScaling } from '../../lib/capacity/autoscale/apply.ts';
import { scalingSources } from '../../lib/capacity/autoscale/look.ts';
import type { ScalingPlan } from '../../lib/capacity/autoscale/plan.ts';
import { chooseServices } from '../../lib/fleet/choose.ts';
import { serviceArgs } from '../../service-args.ts';
import { appliedText, showApplyStep } from '../../ui/apply-text.ts';
import { scalingPlanText } from '../../ui/scaling-plan.ts';

export default class AutoscaleApply extends BaseCommand<typeof AutoscaleApply> {
  static override summary = 'let services scale as the definition says, and prove it';
  static override description =
    'Registers each service with its bounds and keeps cpu and memory at their targets. A desired count outside of the bounds is moved into them at once. What somebody has suspended stays so.';
  static override examples = [
    '<%= config.bin %> autoscale apply --dry-run',
    '<%= config.bin %> autoscale apply --yes',
    '<%= config.bin %> autoscale apply settings --env production --confirm gaming-system',
  ];
  static override args = serviceArgs;
  static override flags = changeFlags;
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const change = changeOf(fleet, { command: 'autoscale apply', flags: this.flags, signal: this.signal });
    const planText = (plan: ScalingPlan) => scalingPlanText(plan, this.paint);
    const applied = await applyScaling(
      {
        ...change,
        confirm: (plan) =>
          change.requireConsent(`change how ${countOf(plan)} services scale in ${fleet.environment.name}?`),
        dryRun: this.flags['dry-run'],
        now: Date.now,
        onStep: (step) => showApplyStep(step, this.progress, planText),
      },
      services,
      scalingSources(change.access),
    );
    this.progress.end();
    this.log(appliedText(applied, 'service', this.paint));
    if (applied.outcome === 'incomplete') this.exitWith(1);
    return {
      schema: 'gsys/autoscale-apply/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...applied,
    };
  }
}

function countOf({ services }: ScalingPlan): number {
  return services.filter(({ action }) => action === 'create' || action === 'update').length;
}
