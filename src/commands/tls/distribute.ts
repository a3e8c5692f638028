import { holderArgs } from '../../holder-args.ts';
import { distribute } from '../../lib/tls/distribute.ts';
import { TlsCommand, tlsChangeFlags } from '../../tls-command.ts';
import { bringPlanText } from '../../ui/tls-plan.ts';

const SCHEMA = 'gsys/tls-distribute/v1';

export default class TlsDistribute extends TlsCommand<typeof TlsDistribute> {
  static override summary = 'bring certificates to where they are used, and see them used';
  static override description =
    'Nodes one by one: the key is made on the node, only its request and certificate travel, files switch in one instant, and both listeners have to serve the new certificate before the next node is touched; a node that does not is taken back. Services: pending, proved at every node, current, restarted in waves. What is missing or due is issued on the way.';
  static override examples = [
    '<%= config.bin %> tls distribute --dry-run',
    '<%= config.bin %> tls distribute nats-1 --env production --confirm gaming-system',
  ];
  static override args = holderArgs;
  static override flags = tlsChangeFlags;

  async run() {
    const fleet = await this.fleet();
    const change = this.tlsChange(fleet, 'tls distribute', SCHEMA);
    const { outcome, plan } = await distribute({
      ...change,
      holders: this.args.holder ?? [],
      confirm: async (plan) => {
        if (this.wantsJson) this.printJson(SCHEMA, { at: new Date().toISOString(), type: 'planned', plan });
        else this.progress.note(bringPlanText(plan, this.paint, this.flags.verbose));
        const what = plan.length === 1 ? `to ${plan[0]?.holder}` : `to ${plan.length} holders`;
        await change.requireConsent(`bring certificates ${what} in ${fleet.environment.name}?`);
      },
    });
    this.progress.end();
    if (this.wantsJson) return this.printJson(SCHEMA, { type: 'result', outcome, plan });
    if (outcome === 'dry-run') return this.log(bringPlanText(plan, this.paint, this.flags.verbose));
    this.log(`${this.paint('green', 'proved')}: ${plan.length} holders use what was issued to them`);
  }
}
