import * as Flags from '@oclif/core/flags';
import { awsAccess } from '../lib/aws/clients.ts';
import { logs } from '../lib/aws/logs.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import { LEVELS } from '../lib/observe/log-line.ts';
import { readLogs } from '../lib/observe/read-logs.ts';
import { parseSince } from '../lib/observe/since.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { logText } from '../ui/log-text.ts';

export default class LogsCommand extends StreamingCommand<typeof LogsCommand> {
  static override summary = 'what the tasks wrote, merged by time';
  static override examples = [
    '<%= config.bin %> logs settings --since 5m',
    '<%= config.bin %> logs --level warn --filter timeout',
  ];
  static override args = serviceArgs;
  static override flags = {
    since: Flags.string({ description: 'an age (90s, 15m, 2h, 1d) or a date', default: '15m' }),
    filter: Flags.string({ description: 'only lines that hold this text' }),
    level: Flags.option({ description: 'only lines of this level or above', options: LEVELS })(),
    limit: Flags.integer({ description: 'at most so many, the last ones', default: 1000, min: 1 }),
  };

  async run() {
    const { since, filter, level, limit } = this.flags;
    const start = parseSince(since, Date.now());
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const access = awsAccess(fleet.environment, this.signal);
    const lines = await readLogs({ services, start, filter, level, limit }, logs(access));
    for (const line of lines) {
      if (this.wantsJson) this.printJson('gsys/logs/v1', line);
      else this.log(logText(line, this.paint));
    }
    if (lines.length === 0 && !this.wantsJson) this.progress.note(`nothing was logged since ${since}`);
  }
}
