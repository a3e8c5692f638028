import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { requireEmbedded } from '../../local/require-embedded.ts';
import { up } from '../../local/up.ts';

export default class LocalUp extends BaseCommand<typeof LocalUp> {
  static override summary = 'bring the embedded platform up, or heal what is down of it';
  static override mutates = true;
  static override examples = ['<%= config.bin %> local up', '<%= config.bin %> local up --slot 1'];
  static override flags = {
    slot: Flags.integer({ description: 'places ports and task addresses; remembered', min: 0, max: 63 }),
  };

  async run() {
    const fleet = await this.fleet(this.flags.slot);
    const { slot } = requireEmbedded(fleet);
    this.progress.step('starting NATS, Redis and the AWS endpoint');
    const { outcome, healed, status } = await up({
      fleet,
      slot,
      runtime: 'process',
      natsServer: this.env.natsServer,
      redisServer: this.env.redisServer,
      timeScale: 1,
      packageRoot: this.config.root,
      signal: this.signal,
      onStep: (text) => {
        this.progress.done(text);
        this.progress.step('starting the rest');
      },
    });
    this.progress.end();
    this.log(
      `${outcome === 'started' ? 'up' : 'up already'}: AWS endpoint ${status.endpoint}, gateway ${status.gatewayUrl}`,
    );
    if (healed.length > 0) this.log(`healed: ${healed.join(', ')}`);
    return { ...status, outcome, healed };
  }
}
