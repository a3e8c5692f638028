import type { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from './base-command.ts';
import { jsonLine } from './ui/json-lines.ts';

/** Commands that tell what they do while they do it: under `--json` one object per line, the last one the result. */
export abstract class StreamingCommand<
  Self extends typeof Command = typeof Command,
> extends BaseCommand<Self> {
  /** oclif's own flag prints one document at the end and nothing before it. */
  static override enableJsonFlag = false;

  static override baseFlags = {
    ...BaseCommand.baseFlags,
    json: Flags.boolean({ description: 'one JSON object per line', helpGroup: 'GLOBAL' }),
  };

  protected get wantsJson(): boolean {
    return (this.flags as { json?: boolean }).json === true;
  }

  /** @param schema `gsys/build/v1` */
  protected printJson(schema: string, event: object): void {
    process.stdout.write(jsonLine(schema, event));
  }
}
