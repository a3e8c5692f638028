import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { revoke } from '../../lib/tls/revoke.ts';
import { TlsCommand, tlsChangeFlags } from '../../tls-command.ts';
import { revocationPlanText, revokedText } from '../../ui/tls-revoke.ts';

const SCHEMA = 'gsys/tls-revoke/v1';

export default class TlsRevoke extends TlsCommand<typeof TlsRevoke> {
  static override summary = 'end an identity for ever, and see its certificate refused by every node';
  static override description =
    'The holder moves to the next generation of its identity, as in a renewal; then the old one is unmapped on all nodes, connections by it end, and its certificate is tried at every node and has to be refused, as anybody. With --now the old identity ends first, and the holder is out until it has its new one. Called again it goes on.';
  static override examples = [
    '<%= config.bin %> tls revoke payment --reason "laptop with a copy was stolen"',
    '<%= config.bin %> tls revoke payment --reason "key seen in a log" --now --yes',
  ];
  static override args = {
    holder: Args.string({ description: 'a service, or gsys-operator', required: true }),
  };
  static override flags = {
    ...tlsChangeFlags,
    reason: Flags.string({ description: 'why, for the record', required: true }),
    now: Flags.boolean({
      description: 'unmap the old identity first, whoever is served by it',
      default: false,
    }),
  };

  async run() {
    const fleet = await this.fleet();
    const change = this.tlsChange(fleet, `tls revoke ${this.args.holder}`, SCHEMA);
    const result = await revoke({
      ...change,
      revoked: this.args.holder,
      reason: this.flags.reason,
      now: this.flags.now,
      confirm: async (plan) => {
        if (this.wantsJson) this.printJson(SCHEMA, { at: new Date().toISOString(), type: 'planned', plan });
        else this.progress.note(revocationPlanText(plan));
        await change.requireConsent(`revoke ${plan.from} in ${fleet.environment.name}?`);
      },
    });
    this.progress.end();
    if (this.wantsJson) this.printJson(SCHEMA, { type: 'result', ...result });
    else this.log(revokedText(result, this.paint));
  }
}
