import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { tryAlarm } from '../../lib/observe/alarms/try-alarm.ts';
import { triedText, tryPlanText } from '../../ui/alarms-tried.ts';

const EXIT_CODES = { arrived: 0, 'dry-run': 0, lost: 1, unknown: 3 };

export default class AlarmsTest extends BaseCommand<typeof AlarmsTest> {
  static override summary = 'drive an alarm into ALARM, see whether anybody hears of it, and put it back';
  static override description =
    'People are paged: the notification says that somebody tries it. A file is read; of other subscribers SNS counts deliveries, minutes late. Exit code: 0 it came, 1 it did not, 3 nobody says whether it came.';
  static override examples = [
    '<%= config.bin %> alarms test settings --yes',
    '<%= config.bin %> alarms test gaming-system-settings-nats-high-cpu --wait 300',
  ];
  static override args = {
    name: Args.string({
      description: 'an alarm; a service, or the fleet, means its paging alarm',
      required: true,
    }),
  };
  static override flags = {
    ...changeFlags,
    wait: Flags.integer({ description: 'seconds that the notification gets to arrive', default: 60, min: 1 }),
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const change = changeOf(fleet, { command: 'alarms test', flags: this.flags, signal: this.signal });
    const tried = await tryAlarm({
      ...change,
      name: this.args.name,
      confirm: async (plan) => {
        this.progress.note(tryPlanText(plan));
        await change.requireConsent(`page them in ${fleet.environment.name}?`);
      },
      dryRun: this.flags['dry-run'],
      patience: this.flags.wait * 1000,
    });
    this.progress.end();
    this.log(triedText(tried, this.paint));
    this.exitWith(EXIT_CODES[tried.outcome]);
    return {
      schema: 'gsys/alarms-test/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...tried,
    };
  }
}
