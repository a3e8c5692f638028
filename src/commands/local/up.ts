import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { requireEmbedded } from '../../local/require-embedded.ts';
import { RUNTIMES } from '../../local/supervisor/options.ts';
import { up } from '../../local/up.ts';

export default class LocalUp extends BaseCommand<typeof LocalUp> {
  static override summary = 'bring the embedded platform up, or heal what of it is down';
  static override description =
    'Starts five nats-server nodes, the Redis shards and an AWS endpoint on this machine, all with mutual TLS, ' +
    'and leaves them running. A second time it starts what has ended meanwhile and takes over the definition as it is now.';
  static override examples = [
    '<%= config.bin %> local up',
    '<%= config.bin %> local up --slot 1',
    '<%= config.bin %> local up --runtime docker',
    '<%= config.bin %> local up --aws-limits',
  ];
  static override mutates = true;

  static override flags = {
    slot: Flags.integer({
      min: 0,
      max: 63,
      description: 'block of 100 ports to use, so that platforms run side by side',
    }),
    runtime: Flags.option({
      options: RUNTIMES,
      description:
        "what tasks run as: plain processes (unless given), or containers of this machine's Docker",
    })(),
    'time-scale': Flags.integer({
      min: 1,
      max: 1000,
      default: 1,
      description: 'scheduler and health seconds that pass in a real one',
    }),
    'aws-limits': Flags.boolean({
      allowNo: true,
      description: "throttle calls at AWS's own rates, also on a platform that runs already",
    }),
  };

  async run() {
    const fleet = await this.fleet(this.flags.slot);
    const { slot } = requireEmbedded(fleet);
    this.progress.step('bringing the embedded platform up');
    const { outcome, healed, status } = await up({
      fleet,
      slot,
      runtime: this.flags.runtime,
      dockerHost: this.env.dockerHost,
      timeScale: this.flags['time-scale'],
      awsLimits: this.flags['aws-limits'],
      natsServer: this.env.natsServer,
      redisServer: this.env.redisServer,
      packageRoot: this.config.root,
      signal: this.signal,
      onStep: (text, milliseconds) => this.progress.note(`  ${text} (${(milliseconds / 1000).toFixed(1)} s)`),
    });
    this.progress.end();
    if (outcome === 'started') this.log(`up: AWS at ${status.endpoint}, gateway at ${status.gatewayUrl}`);
    else if (healed.length === 0) this.log(`runs already: AWS at ${status.endpoint}, nothing was down`);
    else this.log(`runs already: AWS at ${status.endpoint}, started again: ${healed.join(', ')}`);
    return { ...status, schema: 'gsys/local-up/v1', outcome, healed };
  }
}
