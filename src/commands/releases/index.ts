import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { logs } from '../../lib/aws/logs.ts';
import { readRecent } from '../../lib/release/history.ts';
import { releasesTable } from '../../ui/releases.ts';

export default class Releases extends BaseCommand<typeof Releases> {
  static override summary = 'what was released, by whom, and how it ended';
  static override examples = [
    '<%= config.bin %> releases',
    '<%= config.bin %> releases show 20261127T101500Z-1f2e',
  ];
  static override flags = {
    limit: Flags.integer({ description: 'how many, newest first', default: 20, min: 1, max: 50 }),
  };

  async run() {
    const fleet = await this.fleet();
    const releases = await readRecent(
      logs(awsAccess(fleet.environment, this.signal)),
      fleet,
      this.flags.limit,
    );
    this.log(
      releases.length === 0 ? 'no release is on record' : releasesTable(releases, this.paint, Date.now()),
    );
    return { schema: 'gsys/releases/v1', fleet: fleet.name, environment: fleet.environment.name, releases };
  }
}
