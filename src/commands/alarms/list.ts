import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { chooseServices } from '../../lib/fleet/choose.ts';
import { listAlarms } from '../../lib/observe/alarms/list.ts';
import { alarmSources } from '../../lib/observe/alarms/sources.ts';
import { serviceArgs } from '../../service-args.ts';
import { alarmsTable } from '../../ui/alarms-table.ts';

export default class AlarmsList extends BaseCommand<typeof AlarmsList> {
  static override summary =
    'every alarm of the definition in one table: state, since when, whom it tells, why';
  static override examples = [
    '<%= config.bin %> alarms list',
    '<%= config.bin %> alarms list settings --verbose',
  ];
  static override args = serviceArgs;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const alarms = await listAlarms(fleet, services, alarmSources(awsAccess(fleet.environment, this.signal)));
    this.log(alarmsTable(alarms, this.paint, Date.now(), this.flags.verbose));
    return { schema: 'gsys/alarms-list/v1', fleet: fleet.name, environment: fleet.environment.name, alarms };
  }
}
