import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { inVpcFlag } from '../../in-vpc-flag.ts';
import { GsysError } from '../../lib/errors.ts';
import { connectOperator } from '../../lib/nats/operator.ts';
import { deadLetters } from '../../lib/observe/dead-letters/dead-letters.ts';
import { replay } from '../../lib/observe/dead-letters/replay.ts';
import { lettersText, replayedText } from '../../ui/dead-letters.ts';

export default class DlqReplay extends BaseCommand<typeof DlqReplay> {
  static override summary =
    'publish dead letters again to where they were meant for, and remove them from the dead';
  static override description =
    'A letter is removed when the stream that it was meant for has it. Of an event, only the subscription that it failed at gets it again.';
  static override examples = [
    '<%= config.bin %> dlq replay 17 18',
    "<%= config.bin %> dlq replay --subject 'evt.quest.>' --dry-run",
    "<%= config.bin %> dlq replay --subject '>' --yes",
  ];
  static override args = {
    letter: Args.integer({ description: 'numbers in dlq list', multiple: true, min: 1 }),
  };
  static override flags = {
    ...inVpcFlag,
    ...changeFlags,
    subject: Flags.string({ description: 'all that was meant for these subjects, a thousand at most' }),
  };
  static override mutates = true;

  async run() {
    const { subject } = this.flags;
    const sequences = this.args.letter ?? [];
    if ((sequences.length === 0) === (subject === undefined))
      throw new GsysError('USAGE', 'say which letters: by their numbers, or by --subject', {
        next: 'gsys dlq list',
      });
    const fleet = await this.fleet();
    const change = changeOf(fleet, { command: 'dlq replay', flags: this.flags, signal: this.signal });
    const operator = await connectOperator(fleet.environment, this.signal);
    try {
      const replayed = await replay(deadLetters(operator, fleet), {
        ...{ ...change, sequences, subject, dryRun: this.flags['dry-run'] },
        confirm: (letters) => {
          if (!this.flags.yes) this.progress.note(lettersText({ total: letters.length, letters }));
          return change.requireConsent(`replay ${letters.length} dead letters in ${fleet.environment.name}?`);
        },
        onStep: (done, of) => this.progress.step(`replayed ${done} of ${of}`),
      });
      this.progress.end();
      this.log(replayedText(replayed, this.paint));
      if (replayed.outcome === 'incomplete') this.exitWith(1);
      return {
        schema: 'gsys/dlq-replay/v1',
        fleet: fleet.name,
        environment: fleet.environment.name,
        ...replayed,
      };
    } finally {
      await operator.close();
    }
  }
}
