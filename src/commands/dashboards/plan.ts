import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { dashboards } from '../../lib/aws/dashboards.ts';
import { lookAtDashboard } from '../../lib/observe/dashboards/look.ts';
import { dashboardPlanText } from '../../ui/dashboard-plan.ts';

/** A question answered with yes. */
const DIFFERS = 4;

export default class DashboardsPlan extends BaseCommand<typeof DashboardsPlan> {
  static override summary = 'what "dashboards apply" would change';
  static override examples = [
    '<%= config.bin %> dashboards plan',
    '<%= config.bin %> dashboards plan --exit-code',
  ];
  static override flags = {
    'exit-code': Flags.boolean({ description: `exit with ${DIFFERS} when it differs` }),
  };

  async run() {
    const fleet = await this.fleet();
    const { plan } = await lookAtDashboard(fleet, dashboards(awsAccess(fleet.environment, this.signal)));
    this.log(dashboardPlanText(plan, this.paint));
    if (plan.action !== 'unchanged' && this.flags['exit-code']) this.exitWith(DIFFERS);
    return {
      schema: 'gsys/dashboards-plan/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...plan,
    };
  }
}
