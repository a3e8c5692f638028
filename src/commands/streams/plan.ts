import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../base-command.ts';
import { inVpcFlag } from '../../in-vpc-flag.ts';
import { connectOperator } from '../../lib/nats/operator.ts';
import { streams } from '../../lib/nats/streams.ts';
import { lookAtStreams } from '../../lib/streams/look.ts';
import { streamsPlanText } from '../../ui/streams-plan.ts';

/** A question answered with yes. */
const DIFFERS = 4;
const UNKNOWN = 3;

export default class StreamsPlan extends BaseCommand<typeof StreamsPlan> {
  static override summary = 'what "streams apply" would change, and what the streams hold';
  static override description =
    'Compares nats.streams of gsys.yaml with what JetStream has. Streams that are in no definition are named.';
  static override examples = ['<%= config.bin %> streams plan', '<%= config.bin %> streams plan --exit-code'];
  static override flags = {
    ...inVpcFlag,
    'exit-code': Flags.boolean({ description: `exit with ${DIFFERS} when anything differs` }),
  };

  async run() {
    const fleet = await this.fleet();
    const operator = await connectOperator(fleet.environment, this.signal);
    try {
      const { plan } = await lookAtStreams(fleet, streams(operator, this.signal));
      this.log(streamsPlanText(plan, this.paint));
      if (plan.differs && this.flags['exit-code']) this.exitWith(DIFFERS);
      if (plan.streams.some(({ action }) => action === 'unknown')) this.exitWith(UNKNOWN);
      return {
        schema: 'gsys/streams-plan/v1',
        fleet: fleet.name,
        environment: fleet.environment.name,
        ...plan,
      };
    } finally {
      await operator.close();
    }
  }
}
