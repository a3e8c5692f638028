import * as Args from '@oclif/core/args';
import { chooseServices } from '../../lib/fleet/choose.ts';
import { planEnable } from '../../lib/release/scale.ts';
import { ReleaseCommand, releaseFlags } from '../../release-command.ts';

export default class ServiceEnable extends ReleaseCommand<typeof ServiceEnable> {
  static override summary = 'bring disabled services back, and prove that their tasks answer';
  static override examples = ['<%= config.bin %> service enable weather-manager --yes'];
  static override args = {
    service: Args.string({ description: 'services', multiple: true, required: true }),
  };
  static override flags = releaseFlags;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service);
    const names = services.map(({ name }) => name).join(' ');
    await this.runRelease({
      fleet,
      command: `service enable ${names}`,
      question: () => `start ${names} in ${fleet.environment.name}?`,
      plan: (sources) => planEnable(fleet, services, sources),
    });
  }
}
