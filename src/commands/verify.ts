import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../base-command.ts';
import { inVpcFlag } from '../in-vpc-flag.ts';
import { verifyAws } from '../lib/verify/aws.ts';
import { verify } from '../lib/verify/run.ts';
import { exitCodeOf } from '../lib/verify/verdict.ts';
import { verifyText } from '../ui/verify-view.ts';

export default class Verify extends BaseCommand<typeof Verify> {
  static override summary = 'is the fleet really healthy? if not, what is broken, and what to type';
  static override description =
    'Exit code: 0 healthy or degraded, 1 unhealthy (with --strict degraded too), 3 could not be determined.';
  static override examples = [
    '<%= config.bin %> verify',
    '<%= config.bin %> verify --only "nats.*" --verbose',
    '<%= config.bin %> verify --json --strict',
  ];
  static override flags = {
    ...inVpcFlag,
    only: Flags.string({
      description: 'checks to run; globs over their ids',
      multiple: true,
      multipleNonGreedy: true,
    }),
    skip: Flags.string({
      description: 'checks to leave out; globs over their ids',
      multiple: true,
      multipleNonGreedy: true,
    }),
    strict: Flags.boolean({ description: 'degraded is a failure too' }),
  };

  async run() {
    const fleet = await this.fleet();
    const { only = [], skip = [], strict, verbose } = this.flags;
    const document = await verify({
      fleet,
      only,
      skip,
      aws: verifyAws(fleet.environment, this.signal),
      signal: this.signal,
      now: () => new Date(),
    });
    this.log(verifyText(document, { paint: this.paint, verbose }));
    this.exitWith(exitCodeOf(document.verdict, strict));
    return document;
  }
}
