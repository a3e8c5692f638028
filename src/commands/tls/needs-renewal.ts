import { BaseCommand } from '../../base-command.ts';
import { holderArgs } from '../../holder-args.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { needsRenewal } from '../../lib/tls/needs-renewal.ts';
import { renewalText } from '../../ui/tls-renewal.ts';

/** A question answered with yes. */
const DUE = 4;

export default class TlsNeedsRenewal extends BaseCommand<typeof TlsNeedsRenewal> {
  static override summary = 'is any certificate due or missing?';
  static override description =
    'By the inventory of what was issued. Due is what has lived two thirds of its life, has other names than the definition wants, or another issuer. Exit code: 0 nothing, 4 something, 3 could not be determined.';
  static override examples = [
    '<%= config.bin %> tls needs-renewal || <%= config.bin %> tls status',
    '<%= config.bin %> tls needs-renewal nats-1 --json',
  ];
  static override args = holderArgs;

  async run() {
    const fleet = await this.fleet();
    const access = awsAccess(fleet.environment, this.signal);
    const found = await needsRenewal(fleet, this.args.holder ?? [], access, new Date());
    this.log(renewalText(found, this.paint, this.flags.verbose));
    if (found.needed) this.exitWith(DUE);
    const head = {
      schema: 'gsys/tls-needs-renewal/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
    };
    return { ...head, ...found };
  }
}
