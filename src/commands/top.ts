import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../base-command.ts';
import { awsAccess } from '../lib/aws/clients.ts';
import { GsysError } from '../lib/errors.ts';

export default class Top extends BaseCommand<typeof Top> {
  static override summary = 'the fleet, live: services, NATS, Redis, alarms, events; ? tells the keys';
  static override description =
    'Rates, latency and errors are of what happened between two looks. Whoever does not answer is grey, with since when and what was seen last. Restart, scale, logs and probe run as the commands of that name; what changes something wants a name to be typed first.';
  static override examples = ['<%= config.bin %> top', '<%= config.bin %> top --read-only'];
  static override enableJsonFlag = false;
  static override flags = {
    'read-only': Flags.boolean({ description: 'offer nothing that changes something' }),
    json: Flags.boolean({ hidden: true }),
  };

  async run() {
    if (this.flags.json || !process.stdin.isTTY || !process.stdout.isTTY)
      throw new GsysError('USAGE', 'top draws on a terminal, for a person: gsys status tells the same once');
    const fleet = await this.fleet();
    const access = awsAccess(fleet.environment, this.signal);
    // Ink and React are read by those alone who look at it.
    const { runTop } = await import('../top-session.ts');
    const readOnly = this.flags['read-only'];
    this.session = runTop({ fleet, access, signal: this.signal, readOnly, coloured: !this.env.noColor });
    await this.session.ended;
  }

  private session: { ended: Promise<void>; inChild(): boolean } | undefined;

  /** While another command has the terminal, Ctrl-C is for that one. */
  protected override onInterrupt(): boolean {
    return this.session?.inChild() ?? false;
  }
}
