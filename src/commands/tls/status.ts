import { BaseCommand } from '../../base-command.ts';
import { awsAccess } from '../../lib/aws/clients.ts';
import { tlsStatus } from '../../lib/tls/status.ts';
import { tlsStatusText } from '../../ui/tls-status.ts';

const EXIT_CODES = { pass: 0, warn: 0, fail: 1, unknown: 3 };

export default class TlsStatusCommand extends BaseCommand<typeof TlsStatusCommand> {
  static override summary = 'who has which certificate: issued, deployed, and seen served';
  static override description =
    'Three facts for each holder, none taken for another: what the inventory says was issued, what lies where the holder takes it from, and what each listener served in a handshake just now. Exit code: 0 all is well or renewal is merely due, 1 a person is needed, 3 could not be determined.';
  static override examples = ['<%= config.bin %> tls status', '<%= config.bin %> tls status --json'];

  async run() {
    const fleet = await this.fleet();
    const status = await tlsStatus(fleet, awsAccess(fleet.environment, this.signal));
    this.log(tlsStatusText(status, this.paint));
    this.exitWith(EXIT_CODES[status.status]);
    return {
      schema: 'gsys/tls-status/v1',
      fleet: fleet.name,
      environment: fleet.environment.name,
      ...status,
    };
  }
}
