import { chooseServices } from '../lib/fleet/choose.ts';
import { planRestart } from '../lib/release/restart.ts';
import { ReleaseCommand, releaseFlags } from '../release-command.ts';
import { serviceArgs } from '../service-args.ts';

export default class Restart extends ReleaseCommand<typeof Restart> {
  static override summary = 'replace tasks by new ones of what they run already';
  static override description =
    'In waves like a deploy: new tasks are up and answer before the old ones go, and what fails goes back.';
  static override examples = ['<%= config.bin %> restart settings --yes', '<%= config.bin %> restart --yes'];
  static override args = serviceArgs;
  static override flags = releaseFlags;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const what =
      services.length === fleet.services.length ? 'all services' : services.map(({ name }) => name).join(' ');
    await this.runRelease({
      fleet,
      command: `restart ${what}`,
      question: () => `restart ${what} in ${fleet.environment.name}?`,
      plan: (sources) => planRestart(fleet, services, sources),
    });
  }
}
