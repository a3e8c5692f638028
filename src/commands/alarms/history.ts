import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { alarms } from '../../lib/aws/alarms.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { alarmHistory } from '../../lib/observe/alarms/history.ts';
import { parseSince } from '../../lib/observe/since.ts';
import { historyText } from '../../ui/alarms-history.ts';

export default class AlarmsHistory extends BaseCommand<typeof AlarmsHistory> {
  static override summary = 'what happened to alarms: states, whom they told, who changed them; newest first';
  static override examples = [
    '<%= config.bin %> alarms history',
    '<%= config.bin %> alarms history settings --since 7d',
  ];
  static override args = {
    name: Args.string({ description: 'an alarm; a service, or the fleet, means its paging alarm' }),
  };
  static override flags = {
    since: Flags.string({ description: 'how far back: 30m, 6h, 7d, or a date', default: '24h' }),
    limit: Flags.integer({ description: 'entries at most', default: 50, min: 1 }),
  };

  async run() {
    const fleet = await this.fleet();
    const since = new Date(parseSince(this.flags.since, Date.now()));
    const query = { name: this.args.name, since, limit: this.flags.limit };
    const history = await alarmHistory(fleet, query, alarms(awsAccess(fleet.environment, this.signal)));
    this.log(historyText(history, this.paint, this.flags.verbose));
    return {
      schema: 'gsys/alarms-history/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...history,
    };
  }
}
