import * as Flags from '@oclif/core/flags';
import { type PlannedTurnOn, turnOnTls } from '../../lib/tls/turn-on.ts';
import { StopAfterNode } from '../../stop-after-node.ts';
import { TlsCommand, tlsChangeFlags } from '../../tls-command.ts';
import { turnOnPlanText } from '../../ui/tls-turn-on.ts';

const SCHEMA = 'gsys/tls-turn-on/v1';

export default class TlsTurnOn extends TlsCommand<typeof TlsTurnOn> {
  static override summary =
    'take a fleet that runs without TLS to mapped certificates, or back, while it works';
  static override description =
    'Plain, mixed (clients with TLS and without), encrypted routes, mapped: all nodes take one before any takes the next, one by one, in lame duck mode where that is needed, each seen to listen as it should, with routes, JetStream and messages crossing to all others. Before routes are encrypted and before anybody is mapped, whoever is connected without TLS, with a certificate that nobody knows, or to what its permissions will not allow, stops it and is named. Where the fleet stands is read from the nodes: the same again goes on, and --to plain goes back.';
  static override examples = [
    '<%= config.bin %> tls turn-on --dry-run',
    '<%= config.bin %> tls turn-on --to mixed --env production --confirm gaming-system',
    '<%= config.bin %> tls turn-on --env production --confirm gaming-system',
    '<%= config.bin %> tls turn-on --to plain',
  ];
  static override flags = {
    ...tlsChangeFlags,
    to: Flags.option({ options: ['plain', 'mixed', 'mapped'] as const })({
      description: 'how far to go; plain is how it was',
      default: 'mapped',
    }),
    wait: Flags.integer({
      description: 'seconds that clients get to come with TLS before it stops',
      default: 60,
      min: 0,
    }),
  };

  private readonly stop = new StopAfterNode();

  protected override onInterrupt(): boolean {
    return this.stop.interrupt({ note: (text) => this.progress.note(text) });
  }

  async run() {
    const fleet = await this.fleet();
    const { to, wait } = this.flags;
    const change = this.tlsChange(fleet, to === 'mapped' ? 'tls turn-on' : `tls turn-on --to ${to}`, SCHEMA);
    const { outcome, plan } = await turnOnTls({
      ...{ ...change, to, patience: wait * 1000 },
      asked: () => this.stop.asked,
      tell: (step) => {
        if (step.type === 'locked') this.stop.begin();
        change.tell(step);
      },
      confirm: async (plan) => {
        if (this.wantsJson)
          this.printJson(SCHEMA, { at: new Date().toISOString(), type: 'planned', ...plan });
        else this.progress.note(turnOnPlanText(plan, this.paint));
        await change.requireConsent(questionOf(plan, fleet.environment.name));
      },
    });
    this.progress.end();
    if (this.wantsJson) return this.printJson(SCHEMA, { type: 'result', outcome, ...plan });
    if (outcome === 'dry-run') return this.log(turnOnPlanText(plan, this.paint));
    this.log(
      `${this.paint('green', outcome.replaceAll('-', ' '))}: all ${plan.nodes.length} nodes are ${to}`,
    );
  }
}

function questionOf({ to, steps }: PlannedTurnOn, environment: string): string {
  const restarts = steps
    .filter(({ how }) => how === 'restart')
    .reduce((sum, { nodes }) => sum + nodes.length, 0);
  return `take the nodes of ${environment} to ${to}, with ${restarts} restarts one by one?`;
}
