import * as Flags from '@oclif/core/flags';
import { awsAccess } from '../lib/aws/clients.ts';
import { logs } from '../lib/aws/logs.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import { followLogs } from '../lib/observe/follow/follow.ts';
import { followSources } from '../lib/observe/follow/sources.ts';
import { LEVELS } from '../lib/observe/log-line.ts';
import { readLogs } from '../lib/observe/read-logs.ts';
import { parseSince } from '../lib/observe/since.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { jsonLogView, textLogView } from '../ui/log-view.ts';

export default class LogsCommand extends StreamingCommand<typeof LogsCommand> {
  static override summary = 'what the tasks wrote, merged by time';
  static override examples = [
    '<%= config.bin %> logs settings --since 5m',
    '<%= config.bin %> logs --level warn --filter timeout',
    '<%= config.bin %> logs --follow --since 1m',
  ];
  static override args = serviceArgs;
  static override flags = {
    since: Flags.string({ description: 'an age (90s, 15m, 2h, 1d) or a date', default: '15m' }),
    filter: Flags.string({ description: 'only lines that hold this text' }),
    level: Flags.option({ description: 'only lines of this level or above', options: LEVELS })(),
    limit: Flags.integer({
      description: 'at most so many, the last ones; with --follow, of those written before',
      default: 1000,
      min: 1,
    }),
    follow: Flags.boolean({ char: 'f', description: 'go on with what is written, until Ctrl-C' }),
  };

  async run() {
    const { since, filter, level, limit } = this.flags;
    const start = parseSince(since, Date.now());
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const access = awsAccess(fleet.environment, this.signal);
    const query = { services, start, filter, level, limit };
    const out = (text: string) => void process.stdout.write(text);
    const view = this.wantsJson
      ? jsonLogView({ out })
      : textLogView({ out, progress: this.progress, paint: this.paint });
    if (this.flags.follow) {
      for await (const event of followLogs(query, followSources(access), this.signal)) view.show(event);
      return;
    }
    const lines = await readLogs(query, logs(access));
    view.show({ type: 'lines', lines });
    if (lines.length === 0 && !this.wantsJson) this.progress.note(`nothing was logged since ${since}`);
  }
}
