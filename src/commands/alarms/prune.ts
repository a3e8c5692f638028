import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { pruneAlarms } from '../../lib/observe/alarms/prune.ts';
import { prunePlanText } from '../../ui/alarms-prune.ts';
import { appliedText, showApplyStep } from '../../ui/apply-text.ts';

export default class AlarmsPrune extends BaseCommand<typeof AlarmsPrune> {
  static override summary = 'delete alarms that gsys has made and the definition does not have any more';
  static override description =
    'Only what carries the tag gsys:fleet with this fleet’s name is ever deleted; what is merely called so is shown as foreign and left alone.';
  static override examples = [
    '<%= config.bin %> alarms prune --dry-run',
    '<%= config.bin %> alarms prune --yes',
  ];
  static override flags = changeFlags;
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const change = changeOf(fleet, { command: 'alarms prune', flags: this.flags, signal: this.signal });
    const applied = await pruneAlarms({
      ...change,
      confirm: ({ alarms }) => {
        const count = alarms.filter(({ action }) => action === 'delete').length;
        return change.requireConsent(`delete ${count} alarms in ${fleet.environment.name}?`);
      },
      dryRun: this.flags['dry-run'],
      now: Date.now,
      onStep: (step) => showApplyStep(step, this.progress, (plan) => prunePlanText(plan, this.paint)),
    });
    this.progress.end();
    this.log(appliedText(applied, 'alarm', this.paint, 'deleted'));
    if (applied.outcome === 'incomplete') this.exitWith(1);
    return {
      schema: 'gsys/alarms-prune/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...applied,
    };
  }
}
