import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { changeFlags, changeOf } from '../../changing.ts';
import { applyConfig } from '../../lib/tls/apply-config.ts';
import type { PlannedNode } from '../../lib/tls/config/plan-config.ts';
import type { ConfigStep } from '../../lib/tls/config/steps.ts';
import { StopAfterNode } from '../../stop-after-node.ts';
import { StreamingCommand } from '../../streaming-command.ts';
import { appliedConfigText, configPlanText, showConfigStep } from '../../ui/tls-config.ts';

const SCHEMA = 'gsys/tls-apply-config/v1';

export default class TlsApplyConfig extends StreamingCommand<typeof TlsApplyConfig> {
  static override summary =
    'bring the configuration of the NATS nodes to what the definition says, and prove it';
  static override description =
    "Users and permissions, mTLS, cluster, JetStream, limits: rendered, looked through for what nats-server -t lets pass, and compared with what lies on each node, setting by setting. What differs goes node by node, by a reload or in lame duck mode, as its changes need; the next node is touched when this one is seen to have loaded it, and one that is not is taken back, and ends it. Then each service's permissions are tried both ways, without reaching anybody who is at work.";
  static override examples = [
    '<%= config.bin %> tls apply-config --dry-run',
    '<%= config.bin %> tls apply-config --yes',
    '<%= config.bin %> tls apply-config nats-1 --env production --confirm gaming-system',
  ];
  static override args = {
    node: Args.string({ description: 'NATS nodes; all of them by default', multiple: true }),
  };
  static override flags = {
    ...changeFlags,
    restart: Flags.boolean({ description: 'restart nodes, also where a reload would do or nothing differs' }),
  };
  static override mutates = true;

  private readonly stop = new StopAfterNode();

  protected override onInterrupt(): boolean {
    return this.stop.interrupt({ note: (text) => this.progress.note(text) });
  }

  async run() {
    const fleet = await this.fleet();
    const flags = { ...this.flags, json: this.wantsJson };
    const change = changeOf(fleet, { command: 'tls apply-config', flags, signal: this.signal });
    const applied = await applyConfig({
      ...change,
      nodes: this.args.node ?? [],
      restart: this.flags.restart,
      dryRun: this.flags['dry-run'],
      asked: () => this.stop.asked,
      confirm: (planned) => change.requireConsent(questionOf(planned, fleet.environment.name)),
      tell: (step) => this.tell(step),
    });
    this.progress.end();
    const { outcome, plan, changed, permissions } = applied;
    if (this.wantsJson) {
      const nodes = plan.map(({ node, action }) => ({ node, action, changed: changed.includes(node) }));
      const tried = permissions.filter(({ untried }) => untried === undefined).length;
      const users = { users: permissions.length, tried };
      return this.printJson(SCHEMA, { type: 'result', outcome, nodes, permissions: users });
    }
    const dry = outcome === 'dry-run';
    this.log(dry ? configPlanText(plan, this.paint) : appliedConfigText(applied, this.paint));
  }

  private tell(step: ConfigStep): void {
    if (step.type === 'locked') this.stop.begin();
    if (this.wantsJson) this.printJson(SCHEMA, { at: new Date().toISOString(), ...step });
    else if (step.type !== 'planned' || !this.flags['dry-run'])
      showConfigStep(step, this.progress, this.paint, this.flags.verbose);
  }
}

function questionOf(plan: PlannedNode[], environment: string): string {
  const count = (...actions: PlannedNode['action'][]) =>
    plan.filter(({ action }) => actions.includes(action)).length;
  const restarts = count('restart');
  const what = `change the configuration of ${count('reload', 'restart', 'start')} nodes in ${environment}`;
  return restarts === 0 ? `${what}?` : `${what}, and restart ${restarts} of them one by one?`;
}
