import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { chooseServices } from '../../lib/fleet/choose.ts';
import { planDisable } from '../../lib/release/scale.ts';
import { ReleaseCommand, releaseFlags } from '../../release-command.ts';
import { untilDate } from '../../until-flag.ts';

export default class ServiceDisable extends ReleaseCommand<typeof ServiceDisable> {
  static override summary = 'stop all tasks of services, until they are enabled again';
  static override description = 'Verify shows who has disabled it, when and why, instead of failing.';
  static override examples = ['<%= config.bin %> service disable weather-manager --reason "leaks" --yes'];
  static override args = {
    service: Args.string({ description: 'services', multiple: true, required: true }),
  };
  static override flags = {
    ...releaseFlags,
    reason: Flags.string({ description: 'why', required: true }),
    until: Flags.string({ description: 'when that is to be over: 90m, 6h, 2d, or a date' }),
  };

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service);
    const names = services.map(({ name }) => name).join(' ');
    const now = new Date();
    const until = untilDate(this.flags.until, now);
    await this.runRelease({
      fleet,
      command: `service disable ${names}`,
      question: () => `stop all tasks of ${names} in ${fleet.environment.name}?`,
      plan: (sources, who) => planDisable(services, { who, reason: this.flags.reason, until, now }, sources),
    });
  }
}
