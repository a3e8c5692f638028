import * as Flags from '@oclif/core/flags';
import { awsAccess } from '../lib/aws/clients.ts';
import { GsysError } from '../lib/errors.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import type { Fleet } from '../lib/fleet/fleet.ts';
import { releaseQuestion } from '../lib/release/confirm.ts';
import { planAsSaved, planDeploy } from '../lib/release/deploy.ts';
import { readPlanFile } from '../lib/release/plan/plan-file.ts';
import { findResumable, planResumption } from '../lib/release/resume.ts';
import { releaseSources } from '../lib/release/sources.ts';
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
  static override reads = ['plan'];
  static override flags = {
    ...releaseFlags,
    plan: Flags.string({
      description: 'carry out what plan --out saved',
      helpValue: 'FILE',
      exclusive: ['resume'],
    }),
    resume: Flags.boolean({ description: 'go on with the release that was left off, from any machine' }),
    release: Flags.string({ description: 'which one, if not the newest', dependsOn: ['resume'] }),
  };

  async run() {
    const fleet = await this.fleet();
    if (this.flags.resume) return this.resume(fleet);
    if (this.flags.plan !== undefined) return this.carryOut(fleet, this.flags.plan);
    const services = chooseServices(fleet, this.args.service ?? []);
    await this.runRelease({
      fleet,
      command: `deploy ${services.map(({ name }) => name).join(' ')}`,
      question: ({ services: plan }) => releaseQuestion(fleet, plan),
      plan: (sources, _who, access) => planDeploy(fleet, services, sources, access),
    });
  }

  private async carryOut(fleet: Fleet, file: string): Promise<void> {
    if (this.args.service !== undefined)
      throw new GsysError('USAGE', 'a plan is carried out whole', { next: `gsys deploy --plan ${file}` });
    const saved = await readPlanFile(file);
    await this.runRelease({
      fleet,
      command: `deploy --plan ${file}`,
      question: ({ services: plan }) => releaseQuestion(fleet, plan),
      plan: (sources, _who, access) => planAsSaved(fleet, saved, sources, access),
    });
  }

  private async resume(fleet: Fleet): Promise<void> {
    if (this.args.service !== undefined)
      throw new GsysError('USAGE', 'a release that goes on does so with its own services', {
        next: 'gsys deploy --resume',
      });
    const sources = releaseSources(awsAccess(fleet.environment, this.signal));
    const left = await findResumable(fleet, sources, this.flags.release);
    await this.runRelease({
      fleet,
      command: left.journal.begun?.command ?? 'deploy',
      release: left.release,
      resumes: true,
      question: () => `go on with release ${left.release} in ${fleet.environment.name}?`,
      plan: (own) => planResumption(fleet, left, own),
    });
  }
}
