import { BaseCommand } from '../../base-command.ts';
import { changeFlags, changeOf } from '../../changing.ts';
import { inVpcFlag } from '../../in-vpc-flag.ts';
import { connectOperator } from '../../lib/nats/operator.ts';
import { streams } from '../../lib/nats/streams.ts';
import { applyStreams } from '../../lib/streams/apply.ts';
import type { StreamsPlan } from '../../lib/streams/plan.ts';
import { appliedText, showApplyStep } from '../../ui/apply-text.ts';
import { streamsPlanText } from '../../ui/streams-plan.ts';

export default class StreamsApply extends BaseCommand<typeof StreamsApply> {
  static override summary = 'bring JetStream streams to what the definition says, and prove it';
  static override description =
    'Makes streams and changes them in place; never deletes one. What JetStream refuses to change is named, and ends with 1.';
  static override examples = [
    '<%= config.bin %> streams apply --dry-run',
    '<%= config.bin %> streams apply --yes',
    '<%= config.bin %> streams apply --env production --confirm gaming-system',
  ];
  static override flags = { ...changeFlags, ...inVpcFlag };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const change = changeOf(fleet, { command: 'streams apply', flags: this.flags, signal: this.signal });
    const planText = (plan: StreamsPlan) => streamsPlanText(plan, this.paint);
    const operator = await connectOperator(fleet.environment, this.signal);
    try {
      const applied = await applyStreams(
        {
          ...change,
          confirm: (plan) =>
            change.requireConsent(`change ${countOf(plan)} streams in ${fleet.environment.name}?`),
          dryRun: this.flags['dry-run'],
          now: Date.now,
          onStep: (step) => showApplyStep(step, this.progress, planText),
        },
        streams(operator, this.signal),
      );
      this.progress.end();
      this.log(appliedText(applied, 'stream', this.paint));
      if (applied.outcome === 'incomplete') this.exitWith(1);
      return {
        schema: 'gsys/streams-apply/v1',
        fleet: fleet.name,
        environment: fleet.environment.name,
        ...applied,
      };
    } finally {
      await operator.close();
    }
  }
}

function countOf({ streams }: StreamsPlan): number {
  return streams.filter(({ action }) => action === 'create' || action === 'update').length;
}
