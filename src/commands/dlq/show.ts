import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../base-command.ts';
import { inVpcFlag } from '../../in-vpc-flag.ts';
import { loadContracts } from '../../lib/fleet/contracts.ts';
import { connectOperator } from '../../lib/nats/operator.ts';
import { contentOf } from '../../lib/observe/dead-letters/content.ts';
import { deadLetters } from '../../lib/observe/dead-letters/dead-letters.ts';
import { letterText } from '../../ui/dead-letters.ts';

export default class DlqShow extends BaseCommand<typeof DlqShow> {
  static override summary = 'one dead letter: where it was meant for, why it failed, what is in it';
  static override examples = ['<%= config.bin %> dlq show 17'];
  static override flags = inVpcFlag;
  static override args = {
    letter: Args.integer({ description: 'its number in dlq list', required: true, min: 1 }),
  };

  async run() {
    const fleet = await this.fleet();
    const operator = await connectOperator(fleet.environment, this.signal);
    try {
      const { data, ...about } = await deadLetters(operator, fleet).read(this.args.letter);
      const letter = { ...about, ...contentOf(data, loadContracts(fleet.contracts)) };
      this.log(letterText(letter));
      return { schema: 'gsys/dlq-show/v1', fleet: fleet.name, environment: fleet.environment.name, letter };
    } finally {
      await operator.close();
    }
  }
}
