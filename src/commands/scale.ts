import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { planScale } from '../lib/release/scale.ts';
import { parseCounts } from '../lib/release/service-counts.ts';
import { ReleaseCommand, releaseFlags } from '../release-command.ts';
import { untilDate } from '../until-flag.ts';

export default class Scale extends ReleaseCommand<typeof Scale> {
  static override summary = 'set how many tasks a service has, and prove that they answer';
  static override description =
    'Within scaling.min and scaling.max of the definition autoscaling goes on from there. Outside of them it needs a reason, which verify shows until the count is back.';
  static override examples = [
    '<%= config.bin %> scale settings=4 --yes',
    '<%= config.bin %> scale quest-system=12 --reason "launch day" --until 6h',
  ];
  static override args = {
    count: Args.string({ description: 'SERVICE=N', multiple: true, required: true }),
  };
  static override flags = {
    ...releaseFlags,
    reason: Flags.string({ description: 'why, where the count is outside of the definition’s bounds' }),
    until: Flags.string({ description: 'when that is to be over: 90m, 6h, 2d, or a date' }),
  };

  async run() {
    const fleet = await this.fleet();
    const counts = parseCounts(fleet, this.args.count);
    const now = new Date();
    const until = untilDate(this.flags.until, now);
    const words = [...counts].map(([{ name }, count]) => `${name}=${count}`).join(' ');
    await this.runRelease({
      fleet,
      command: `scale ${words}`,
      question: () => `scale ${words} in ${fleet.environment.name}?`,
      plan: (sources, who) => planScale(counts, { who, reason: this.flags.reason, until, now }, sources),
    });
  }
}
