import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { inVpcFlag } from '../../in-vpc-flag.ts';
import { publish } from '../../lib/observe/publish/publish.ts';
import { publishedText, publishTimerText, valuesTable } from '../../ui/publish-text.ts';

/** Something could not be seen. */
const UNKNOWN = 3;

export default class AlarmsPublish extends BaseCommand<typeof AlarmsPublish> {
  static override summary =
    'count what AWS does not, and put it into CloudWatch: certificates, JetStream, NATS peers, dead letters, Redis, error logs, gateway';
  static override description =
    'Meant for a schedule: --timer prints it. What could not be seen is named and not published, so that it is missing there, and ends with 3. It waits for no lock.';
  static override examples = [
    '<%= config.bin %> alarms publish --dry-run',
    '<%= config.bin %> alarms publish --yes',
    '<%= config.bin %> alarms publish --timer --env production',
  ];
  static override flags = {
    ...changeFlags,
    ...inVpcFlag,
    timer: Flags.boolean({ description: 'print a systemd timer and a line for cron that do it' }),
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    if (this.flags.timer) return this.log(publishTimerText(fleet, this.config.binPath ?? 'gsys'));
    const change = changeOf(fleet, { command: 'alarms publish', flags: this.flags, signal: this.signal });
    const published = await publish({
      ...change,
      confirm: async (seen) => {
        if (!this.flags.yes) this.progress.note(valuesTable(seen, this.flags.verbose));
        await change.requireConsent(`publish this for ${fleet.environment.name}?`);
      },
      dryRun: this.flags['dry-run'],
      signal: this.signal,
    });
    this.progress.end();
    this.log(publishedText(published, this.paint, this.flags.verbose));
    if (published.metrics.some(({ missing }) => missing !== undefined)) this.exitWith(UNKNOWN);
    return {
      schema: 'gsys/alarms-publish/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...published,
    };
  }
}
