import * as Args from '@oclif/core/args';
import { GsysError } from '../lib/errors.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import type { Fleet } from '../lib/fleet/fleet.ts';
import { releaseQuestion } from '../lib/release/confirm.ts';
import { isReleaseId } from '../lib/release/records.ts';
import { planRollback, type RollbackTarget } from '../lib/release/rollback.ts';
import { ReleaseCommand, releaseFlags } from '../release-command.ts';

export default class Rollback extends ReleaseCommand<typeof Rollback> {
  static override summary = 'go back to revisions that a release has proved';
  static override description =
    'A RELEASE is gone back to: its services run again what it left running. SERVICES go back to what they ran before what they run now. With neither, all that the newest release changed goes back to what ran before it.';
  static override examples = [
    '<%= config.bin %> rollback --dry-run',
    '<%= config.bin %> rollback settings --yes',
    '<%= config.bin %> rollback 20261127T101500Z-1f2e --yes',
  ];
  static override args = {
    target: Args.string({ description: 'a RELEASE, or SERVICES', multiple: true }),
  };
  static override flags = releaseFlags;

  async run() {
    const fleet = await this.fleet();
    const words = this.args.target ?? [];
    const target = targetOf(fleet, words);
    await this.runRelease({
      fleet,
      command: `rollback ${words.join(' ')}`.trim(),
      question: (plan) => releaseQuestion(fleet, plan.services),
      plan: (sources) => planRollback(fleet, target, sources),
    });
  }
}

function targetOf(fleet: Fleet, words: string[]): RollbackTarget {
  const [first] = words;
  if (first === undefined) return 'newest';
  if (!words.some(isReleaseId)) return { services: chooseServices(fleet, words) };
  if (words.length === 1) return { release: first };
  throw new GsysError('USAGE', 'name one RELEASE, or SERVICES', { next: 'gsys releases' });
}
