import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { chooseServices } from '../../lib/fleet/choose.ts';
import { checkAlarms } from '../../lib/observe/alarms/check.ts';
import { serviceArgs } from '../../service-args.ts';
import { alarmCheckText } from '../../ui/alarms-check.ts';

const EXIT_CODES = { pass: 0, warn: 0, fail: 1, unknown: 3 };

export default class AlarmsCheck extends BaseCommand<typeof AlarmsCheck> {
  static override summary =
    'is the fleet watched? every alarm as defined, seeing data, not firing, and heard by somebody';
  static override description =
    'Exit code: 0 yes, 1 no, 3 could not be determined, or an alarm sees no data.';
  static override examples = [
    '<%= config.bin %> alarms check',
    '<%= config.bin %> alarms check settings --json',
  ];
  static override args = serviceArgs;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const access = awsAccess(fleet.environment, this.signal);
    const check = await checkAlarms(fleet, services, access, new Date());
    this.log(alarmCheckText(check, this.paint, this.flags.verbose));
    this.exitWith(EXIT_CODES[check.status]);
    return {
      schema: 'gsys/alarms-check/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...check,
    };
  }
}
