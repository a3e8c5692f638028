import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../../base-command.ts';
import { GsysError } from '../../../lib/errors.ts';
import { askHealFault } from '../../../local/control-client.ts';
import { requireEmbedded } from '../../../local/require-embedded.ts';
import { requireRunning } from '../../../local/status.ts';

export default class FaultHeal extends BaseCommand<typeof FaultHeal> {
  static override summary = 'end faults that were injected';
  static override examples = [
    '<%= config.bin %> local fault heal f1 f2',
    '<%= config.bin %> local fault heal --all',
  ];
  static override mutates = true;
  static override args = {
    id: Args.string({ description: 'ids, as `fault list` shows them', multiple: true }),
  };
  static override flags = {
    all: Flags.boolean({ description: 'every fault that is in force' }),
  };

  async run() {
    const { stateDir } = requireEmbedded(await this.fleet());
    const ids = this.args.id ?? [];
    if (ids.length === 0 && !this.flags.all)
      throw new GsysError('USAGE', 'which fault? name its id, or --all', { next: 'gsys local fault list' });
    const platform = requireRunning(stateDir);
    const healed: string[] = [];
    if (this.flags.all) healed.push(...(await askHealFault(platform, undefined, this.signal)));
    else for (const id of ids) healed.push(...(await askHealFault(platform, id, this.signal)));
    this.log(healed.length === 0 ? 'nothing was injected' : `healed: ${healed.join(', ')}`);
    return { schema: 'gsys/local-fault-heal/v1', healed };
  }
}
