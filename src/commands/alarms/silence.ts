import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { GsysError } from '../../lib/errors.ts';
import { type SilenceOptions, silence } from '../../lib/observe/alarms/silence.ts';
import { silencedText, silencePlanText } from '../../ui/alarms-silence.ts';
import { untilDate } from '../../until-flag.ts';

/** Milliseconds. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Schedule.html */
const SHORTEST = 60_000;
const LONGEST = 15 * 24 * 3_600_000;

export default class AlarmsSilence extends BaseCommand<typeof AlarmsSilence> {
  static override summary = 'have alarms page nobody for a while';
  static override description =
    'A mute rule of CloudWatch, which ends it by itself and pages then for what still fires. Verify shows who has silenced what, when, why and until when; the alarms go on to be judged.';
  static override examples = [
    '<%= config.bin %> alarms silence settings --for 1h --reason "moving its table" --yes',
    '<%= config.bin %> alarms silence gaming-system --for 30m --reason "game day"',
    '<%= config.bin %> alarms silence --end settings',
  ];
  static override args = {
    name: Args.string({
      description: 'paging alarms, services, or the fleet: its alarms on all of it',
      multiple: true,
      required: true,
    }),
  };
  static override flags = {
    ...changeFlags,
    for: Flags.string({ description: 'how long: 90m, 6h, 2d, or a date', exclusive: ['end'] }),
    reason: Flags.string({ description: 'why', exclusive: ['end'] }),
    end: Flags.boolean({ description: 'let them page again' }),
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const wish = this.wish();
    const change = changeOf(fleet, { command: 'alarms silence', flags: this.flags, signal: this.signal });
    const question = wish.kind === 'end' ? 'let them page again' : 'have them page nobody';
    const silenced = await silence({
      ...change,
      names: this.args.name,
      wish,
      confirm: async (plan) => {
        this.progress.note(silencePlanText(plan, this.paint));
        await change.requireConsent(`${question} in ${fleet.environment.name}?`);
      },
      dryRun: this.flags['dry-run'],
    });
    this.progress.end();
    this.log(silencedText(silenced, this.paint));
    return {
      schema: 'gsys/alarms-silence/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...silenced,
    };
  }

  private wish(): SilenceOptions['wish'] {
    if (this.flags.end) return { kind: 'end' };
    const { for: time, reason } = this.flags;
    const now = new Date();
    const until = untilDate(time, now, '--for');
    if (until === undefined || reason === undefined)
      throw new GsysError('USAGE', 'a silence has an end and a reason', {
        next: 'gsys alarms silence NAME --for 1h --reason WHY',
      });
    const length = until.getTime() - now.getTime();
    if (length < SHORTEST || length > LONGEST)
      throw new GsysError('USAGE', `CloudWatch silences for a minute at least and for 15 days at most`);
    return { kind: 'silence', until, reason };
  }
}
