import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { chooseServices } from '../../lib/fleet/choose.ts';
import { applyAlarms } from '../../lib/observe/alarms/apply.ts';
import type { AlarmPlan } from '../../lib/observe/alarms/plan.ts';
import { alarmSources } from '../../lib/observe/alarms/sources.ts';
import { serviceArgs } from '../../service-args.ts';
import { showAlarmsStep, statesText } from '../../ui/alarms-apply.ts';
import { appliedText } from '../../ui/apply-text.ts';

export default class AlarmsApply extends BaseCommand<typeof AlarmsApply> {
  static override summary = 'bring alarms to what the definition says, and prove it';
  static override description =
    'Reads first and puts only what differs; makes the SNS topic when there is none. An alarm on a metric that cannot exist is refused, with the command that makes it exist, and ends with 1.';
  static override examples = [
    '<%= config.bin %> alarms apply --dry-run',
    '<%= config.bin %> alarms apply --yes',
    '<%= config.bin %> alarms apply settings --env production --confirm gaming-system',
  ];
  static override args = serviceArgs;
  static override flags = {
    ...changeFlags,
    wait: Flags.integer({
      description: 'seconds that alarms get to see their first data',
      default: 60,
      min: 0,
    }),
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const change = changeOf(fleet, { command: 'alarms apply', flags: this.flags, signal: this.signal });
    const applied = await applyAlarms(
      {
        ...change,
        services: chooseServices(fleet, this.args.service ?? []),
        confirm: (plan) => change.requireConsent(`put ${countOf(plan)} alarms in ${fleet.environment.name}?`),
        dryRun: this.flags['dry-run'],
        patience: this.flags.wait * 1000,
        now: Date.now,
        onStep: (step) => showAlarmsStep(step, this.progress, this.paint),
      },
      alarmSources(change.access),
    );
    this.progress.end();
    const changed = applied.changed.filter((name) => name !== fleet.environment.alertsTopic);
    this.log(appliedText({ ...applied, changed }, 'alarm', this.paint));
    this.log(statesText(applied.plan));
    if (applied.plan.wayOut !== undefined) this.log(this.paint('cyan', `$ ${applied.plan.wayOut}`));
    if (applied.outcome === 'incomplete') this.exitWith(1);
    return {
      schema: 'gsys/alarms-apply/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...applied,
    };
  }
}

function countOf({ alarms }: AlarmPlan): number {
  return alarms.filter(({ action }) => action === 'create' || action === 'update').length;
}
