import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { inVpcFlag } from '../../in-vpc-flag.ts';
import { connectOperator } from '../../lib/nats/operator.ts';
import { deadLetters } from '../../lib/observe/dead-letters/dead-letters.ts';
import { lettersText } from '../../ui/dead-letters.ts';

export default class DlqList extends BaseCommand<typeof DlqList> {
  static override summary = 'what failed for good and was put aside: the newest letters, with the reasons';
  static override examples = [
    '<%= config.bin %> dlq list',
    "<%= config.bin %> dlq list --subject 'evt.quest.>' --limit 500",
  ];
  static override flags = {
    ...inVpcFlag,
    subject: Flags.string({ description: 'only what was meant for these subjects', default: '>' }),
    limit: Flags.integer({ description: 'letters at most', default: 50, min: 1 }),
  };

  async run() {
    const fleet = await this.fleet();
    const { subject, limit } = this.flags;
    const operator = await connectOperator(fleet.environment, this.signal);
    try {
      const found = await deadLetters(operator, fleet).list(subject, limit);
      this.log(lettersText(found));
      return { schema: 'gsys/dlq-list/v1', fleet: fleet.name, environment: fleet.environment.name, ...found };
    } finally {
      await operator.close();
    }
  }
}
