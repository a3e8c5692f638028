import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { down } from '../../local/down.ts';
import { requireEmbedded } from '../../local/require-embedded.ts';

const SENTENCES = {
  stopped: 'the embedded platform is down',
  leftovers: 'the supervisor was gone; what it had left running is ended',
  'nothing-ran': 'nothing ran',
};

export default class LocalDown extends BaseCommand<typeof LocalDown> {
  static override summary = 'end what `local up` started; state stays';
  static override examples = ['<%= config.bin %> local down', '<%= config.bin %> local down --wipe'];
  static override mutates = true;

  static override flags = {
    wipe: Flags.boolean({
      description: 'delete its state too: services, images, logs, streams, certificates',
    }),
  };

  async run() {
    const { stateDir } = requireEmbedded(await this.fleet());
    this.progress.step('ending the embedded platform');
    const { outcome, wiped } = await down(stateDir, { wipe: this.flags.wipe });
    this.progress.end();
    this.log(`${SENTENCES[outcome]}${wiped ? `; ${stateDir} is deleted` : ''}`);
    return { schema: 'gsys/local-down/v1', outcome, wiped };
  }
}
