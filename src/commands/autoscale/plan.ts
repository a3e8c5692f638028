import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { lookAtScaling, scalingSources } from '../../lib/capacity/autoscale/look.ts';
import { chooseServices } from '../../lib/fleet/choose.ts';
import { serviceArgs } from '../../service-args.ts';
import { scalingPlanText } from '../../ui/scaling-plan.ts';

/** A question answered with yes. */
const DIFFERS = 4;

export default class AutoscalePlan extends BaseCommand<typeof AutoscalePlan> {
  static override summary = 'what "autoscale apply" would change';
  static override examples = [
    '<%= config.bin %> autoscale plan',
    '<%= config.bin %> autoscale plan settings --exit-code',
  ];
  static override args = serviceArgs;
  static override flags = {
    'exit-code': Flags.boolean({ description: `exit with ${DIFFERS} when anything differs` }),
  };

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const sources = scalingSources(awsAccess(fleet.environment, this.signal));
    const { plan } = await lookAtScaling(services, sources);
    this.log(scalingPlanText(plan, this.paint));
    if (plan.differs && this.flags['exit-code']) this.exitWith(DIFFERS);
    return {
      schema: 'gsys/autoscale-plan/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...plan,
    };
  }
}
