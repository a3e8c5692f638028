import { once } from 'node:events';
import * as Flags from '@oclif/core/flags';
import { awsAccess } from '../lib/aws/clients.ts';
import { type Logs, logs } from '../lib/aws/logs.ts';
import { GsysError, messageOf } from '../lib/errors.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import type { Fleet } from '../lib/fleet/fleet.ts';
import { type FollowEvent, followLogs } from '../lib/observe/follow/follow.ts';
import { followSources } from '../lib/observe/follow/sources.ts';
import { LEVELS } from '../lib/observe/log-line.ts';
import { type LogQuery, readLogs } from '../lib/observe/read-logs.ts';
import { releaseWindow } from '../lib/observe/release-window.ts';
import { requestTrail } from '../lib/observe/request-trail.ts';
import { parseSince } from '../lib/observe/since.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { jsonLogView, textLogView } from '../ui/log-view.ts';
import { requestTrailJson, requestTrailText } from '../ui/request-trail.ts';

/** Characters of a line on a terminal; a pipe gets all of them. */
const MOST_ON_A_TERMINAL = 4000;
const DEFAULT_SINCE = '15m';

export default class LogsCommand extends StreamingCommand<typeof LogsCommand> {
  static override summary = 'what the tasks wrote, merged by time';
  static override description =
    'Structured lines are columns; -v shows the rest of them and whole stack traces. Whatever tasks wrote is shown without control sequences. With --around one request is followed through gateway and services; exit code 3: nothing of it is on record.';
  static override examples = [
    '<%= config.bin %> logs settings --since 5m',
    '<%= config.bin %> logs --level warn --grep "time(d )?out"',
    '<%= config.bin %> logs --follow --since 1m',
    '<%= config.bin %> logs --around 0af7651916cd43dd8448eb211c80319c --since 1h',
  ];
  static override args = serviceArgs;
  static override flags = {
    since: Flags.string({ description: 'an age (90s, 15m, 2h, 1d) or a date; 15m by default' }),
    until: Flags.string({ description: 'the same, where to end', exclusive: ['follow'] }),
    filter: Flags.string({ description: 'only lines that hold this text, in any case' }),
    grep: Flags.string({ description: 'only lines that match this regular expression' }),
    level: Flags.option({ description: 'only lines of this level or above', options: LEVELS })(),
    task: Flags.string({ description: 'only of tasks whose id begins like this', multiple: true }),
    release: Flags.string({
      description: 'of the services of this release, from its beginning to a minute after its end',
      exclusive: ['since', 'until', 'follow'],
    }),
    around: Flags.string({
      description: 'follow one request, by its request or trace id, through all tasks',
      exclusive: ['follow', 'filter', 'grep', 'level', 'task', 'release'],
    }),
    limit: Flags.integer({
      description: 'at most so many, the last ones; with --follow, of those written before',
      default: 1000,
      min: 1,
    }),
    follow: Flags.boolean({ char: 'f', description: 'go on with what is written, until Ctrl-C' }),
  };

  async run() {
    const { since = DEFAULT_SINCE, around, follow } = this.flags;
    const grep = this.expression();
    const times = this.times();
    const fleet = await this.fleet();
    const access = awsAccess(fleet.environment, this.signal);
    const query = { ...(await this.query(fleet, logs(access), times)), grep };
    if (around !== undefined) return await this.trail(around, query, logs(access));
    if (follow) return await this.follow(followLogs(query, followSources(access), this.signal));
    const view = this.view();
    const lines = await readLogs(query, logs(access));
    view.show({ type: 'lines', lines });
    if (lines.length === 0 && !this.wantsJson) {
      const when = this.flags.release === undefined ? `since ${since}` : `during ${this.flags.release}`;
      this.progress.note(`nothing was logged ${when}${grep || this.flags.filter ? ' that fits' : ''}`);
    }
  }

  private async follow(events: AsyncIterable<FollowEvent>): Promise<void> {
    const view = this.view();
    for await (const event of events) {
      view.show(event);
      // Whoever reads slowly is waited for, and told by how much he is behind.
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain', { signal: this.signal });
    }
  }

  private async trail(id: string, query: LogQuery, from: Logs): Promise<void> {
    const trail = await requestTrail(id, query, from);
    if (this.wantsJson) process.stdout.write(requestTrailJson(trail));
    else if (trail.steps.length > 0) this.log(requestTrailText(trail, this.textOptions()));
    if (trail.steps.length > 0) return;
    this.exitWith(3);
    this.progress.note(
      `nothing is on record of ${id.slice(0, 128)} since ${this.flags.since ?? DEFAULT_SINCE}: at LOG_LEVEL info only what fails leaves lines`,
    );
  }

  private async query(fleet: Fleet, from: Logs, times: Pick<LogQuery, 'start' | 'end'>): Promise<LogQuery> {
    const { filter, level, limit, task: tasks, release } = this.flags;
    const named = this.args.service ?? [];
    const common = { filter, level, limit, tasks };
    if (release === undefined) return { ...common, ...times, services: chooseServices(fleet, named) };
    const { start, end, services: changed } = await releaseWindow(release, fleet, from);
    const services = chooseServices(fleet, named).filter(({ name }) => changed.includes(name));
    return { ...common, start, end, services };
  }

  private times(): Pick<LogQuery, 'start' | 'end'> {
    const { since = DEFAULT_SINCE, until } = this.flags;
    const now = Date.now();
    const start = parseSince(since, now);
    const end = until === undefined ? undefined : parseSince(until, now, '--until');
    if (end !== undefined && end <= start) throw new GsysError('USAGE', '--until is not after --since');
    return { start, end };
  }

  private expression(): RegExp | undefined {
    const { grep } = this.flags;
    try {
      return grep === undefined ? undefined : new RegExp(grep);
    } catch (cause) {
      throw new GsysError('USAGE', `--grep: ${messageOf(cause)}`, { cause });
    }
  }

  private view() {
    const out = (text: string) => void process.stdout.write(text);
    if (this.wantsJson) return jsonLogView({ out, progress: this.progress });
    return textLogView({ out, progress: this.progress, text: this.textOptions() });
  }

  private textOptions() {
    const most = process.stdout.isTTY ? MOST_ON_A_TERMINAL : undefined;
    return { paint: this.paint, details: this.flags.verbose, most };
  }
}
