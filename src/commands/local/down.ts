import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { down } from '../../local/down.ts';
import { requireEmbedded } from '../../local/require-embedded.ts';

const WORDS = {
  stopped: 'down: everything that was started has ended',
  leftovers: 'down: what a crashed supervisor had left has been ended',
  'nothing-ran': 'nothing ran',
};

export default class LocalDown extends BaseCommand<typeof LocalDown> {
  static override summary = 'end what `local up` started; its state stays';
  static override mutates = true;
  static override flags = {
    wipe: Flags.boolean({ description: 'delete the state too: streams, keys, images, logs, certificates' }),
  };

  async run() {
    const fleet = await this.fleet();
    requireEmbedded(fleet);
    this.progress.step('ending tasks, nodes and the endpoint');
    const result = await down(fleet.environment.stateDir, { wipe: this.flags.wipe });
    this.progress.end();
    this.log(`${WORDS[result.outcome]}${result.wiped ? '; its state is deleted' : ''}`);
    return { schema: 'gsys/local-down/v1', ...result };
  }
}
