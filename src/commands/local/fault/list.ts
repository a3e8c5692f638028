import { BaseCommand } from '../../../base-command.ts';
import { askFaults } from '../../../local/control-client.ts';
import { leftWords, parameterWords } from '../../../local/faults/describe.ts';
import type { Fault } from '../../../local/faults/fault.ts';
import { requireEmbedded } from '../../../local/require-embedded.ts';
import { requireRunning } from '../../../local/status.ts';
import { table } from '../../../ui/table.ts';

export default class FaultList extends BaseCommand<typeof FaultList> {
  static override summary = 'the faults that are injected, and in force';
  static override examples = [
    '<%= config.bin %> local fault list',
    '<%= config.bin %> local fault list --json',
  ];

  async run() {
    const { stateDir } = requireEmbedded(await this.fleet());
    const faults = await askFaults(requireRunning(stateDir), this.signal);
    this.log(faults.length === 0 ? 'no faults are injected' : text(faults, Date.now()));
    return { schema: 'gsys/local-fault-list/v1', faults };
  }
}

function text(faults: Fault[], now: number): string {
  const rows = faults.map(({ id, kind, target, subjects, parameters, since, until }) => [
    id,
    kind,
    target,
    subjects.join(', '),
    parameterWords(parameters) || '-',
    since,
    until === undefined ? 'gsys local fault heal' : `by itself in ${leftWords(until, now)}`,
  ]);
  return table(['ID', 'FAULT', 'TARGET', 'HITS', 'WITH', 'SINCE', 'HEALS'], rows);
}
