import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { chooseServices } from '../../lib/fleet/choose.ts';
import { lookAtAlarms } from '../../lib/observe/alarms/look.ts';
import { alarmSources } from '../../lib/observe/alarms/sources.ts';
import { serviceArgs } from '../../service-args.ts';
import { alarmPlanText } from '../../ui/alarms-plan.ts';

/** A question answered with yes. */
const DIFFERS = 4;

export default class AlarmsPlan extends BaseCommand<typeof AlarmsPlan> {
  static override summary = 'what "alarms apply" would change';
  static override examples = ['<%= config.bin %> alarms plan', '<%= config.bin %> alarms plan --exit-code'];
  static override args = serviceArgs;
  static override flags = {
    'exit-code': Flags.boolean({ description: `exit with ${DIFFERS} when anything differs` }),
  };

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const sources = alarmSources(awsAccess(fleet.environment, this.signal));
    const { plan } = await lookAtAlarms(fleet, services, sources);
    this.log(alarmPlanText(plan, this.paint));
    if (plan.differs && this.flags['exit-code']) this.exitWith(DIFFERS);
    return { schema: 'gsys/alarms-plan/v1', fleet: fleet.name, environment: fleet.environment.name, ...plan };
  }
}
