import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../base-command.ts';
import { awsAccess } from '../lib/aws/clients.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import { makePlan } from '../lib/release/plan/make-plan.ts';
import { serviceArgs } from '../service-args.ts';
import { planText } from '../ui/plan-text.ts';

/** A question answered with yes. */
const DIFFERS = 4;

export default class Plan extends BaseCommand<typeof Plan> {
  static override summary = 'what a deploy would change, in which waves, and what speaks against it';
  static override description =
    `Compares the definition with what runs, AWS's defaults filled in. Secrets are told by name, never by value. Ends with 1 when a finding is an error: deploy would refuse. Whether roles exist is not checked, only that they are ARNs of the environment's account.`;
  static override examples = [
    '<%= config.bin %> plan',
    '<%= config.bin %> plan settings --exit-code',
    '<%= config.bin %> plan --out plan.json && <%= config.bin %> deploy --plan plan.json',
  ];
  static override args = serviceArgs;
  static override flags = {
    'exit-code': Flags.boolean({ description: `exit with ${DIFFERS} when something differs` }),
    out: Flags.string({ description: 'keep the plan in this file, for deploy --plan', helpValue: 'FILE' }),
  };

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    this.progress.step(`comparing ${services.length} services with what runs`);
    const plan = await makePlan({
      fleet,
      services,
      access: awsAccess(fleet.environment, this.signal),
      out: this.flags.out,
      now: Date.now,
    });
    this.progress.end();
    this.log(
      planText(plan, { paint: this.paint, out: this.flags.out, bake: fleet.environment.release.bakeSeconds }),
    );
    if (plan.findings.some(({ level }) => level === 'error')) this.exitWith(1);
    else if (plan.differs && this.flags['exit-code']) this.exitWith(DIFFERS);
    return { schema: 'gsys/plan/v1', ...plan };
  }
}
