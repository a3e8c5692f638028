import { stringify } from 'yaml';
import { BaseCommand } from '../../base-command.ts';

export default class ConfigShow extends BaseCommand<typeof ConfigShow> {
  static override summary = 'print the definition with every default filled in';
  static override examples = [
    '<%= config.bin %> config show',
    '<%= config.bin %> config show --env production --json',
  ];

  async run() {
    const { environment, ...fleet } = await this.fleet();
    // The embedded platform's credentials are no secret; where there are others, they are not in the definition.
    const { credentials: _, ...shown } = environment;
    const value = { schema: 'gsys/config-show/v1', ...fleet, environment: shown };
    this.log(stringify(value, { lineWidth: 110 }).trimEnd());
    return value;
  }
}
