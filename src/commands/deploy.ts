import { chooseServices } from '../lib/fleet/choose.ts';
import { releaseQuestion } from '../lib/release/confirm.ts';
import { planDeploy } from '../lib/release/deploy.ts';
import { ReleaseCommand, releaseFlags } from '../release-command.ts';
import { serviceArgs } from '../service-args.ts';

export default class Deploy extends ReleaseCommand<typeof Deploy> {
  static override summary = 'bring services to what the definition and their images say, and prove it';
  static override description =
    'Canary first, then wave by wave: registers what changed, tells ECS, follows its deployment to the end, asks every new task, watches for a while. A wave that fails goes back to its last good revision by itself, and the rest stays untouched.';
  static override examples = [
    '<%= config.bin %> deploy --dry-run',
    '<%= config.bin %> deploy settings --yes',
    '<%= config.bin %> deploy --env production --confirm gaming-system --yes -m "new quests"',
    '<%= config.bin %> deploy --resume',
  ];
  static override args = serviceArgs;
  static override flags = releaseFlags;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    await this.runRelease({
      fleet,
      command: `deploy ${services.map(({ name }) => name).join(' ')}`,
      question: ({ services: plan }) => releaseQuestion(fleet, plan),
      plan: (sources) => planDeploy(fleet, services, sources),
    });
  }
}
