import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { logs } from '../../lib/aws/logs.ts';
import { GsysError } from '../../lib/errors.ts';
import { summaryOf } from '../../lib/release/history.ts';
import { readJournal } from '../../lib/release/journal.ts';
import { releaseStory } from '../../ui/releases.ts';

export default class ReleasesShow extends BaseCommand<typeof ReleasesShow> {
  static override summary = 'the whole story of one release: every step that is on record';
  static override examples = ['<%= config.bin %> releases show 20261127T101500Z-1f2e'];
  static override args = { release: Args.string({ description: 'as releases lists it', required: true }) };

  async run() {
    const fleet = await this.fleet();
    const access = awsAccess(fleet.environment, this.signal);
    const journal = await readJournal(logs(access), fleet.name, this.args.release);
    if (journal.entries.length === 0)
      throw new GsysError('NO_SUCH_RELEASE', `there is no release ${this.args.release} on record`, {
        next: 'gsys releases',
      });
    const summary = summaryOf(journal);
    this.log(releaseStory(summary, journal.entries, this.paint));
    return { schema: 'gsys/releases-show/v1', fleet: fleet.name, ...summary, entries: journal.entries };
  }
}
