import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../../base-command.ts';
import { GsysError } from '../../../lib/errors.ts';
import { askInject } from '../../../local/control-client.ts';
import { describeFault } from '../../../local/faults/describe.ts';
import { parseDuration } from '../../../local/faults/duration.ts';
import { FAULT_KINDS } from '../../../local/faults/fault.ts';
import { planFault } from '../../../local/faults/rules.ts';
import { TARGETS } from '../../../local/faults/target.ts';
import { requireEmbedded } from '../../../local/require-embedded.ts';
import { requireRunning } from '../../../local/status.ts';

export default class FaultInject extends BaseCommand<typeof FaultInject> {
  static override summary = 'break something of the embedded platform on purpose';
  static override description = `Faults: ${FAULT_KINDS.join(', ')}.
Targets: ${TARGETS}.
A fault on processes is on those that run now: a task that ECS puts in their place is whole. What is broken is listed by "local status"; verify is not told and has to find out. "local down" heals everything first.`;
  static override examples = [
    '<%= config.bin %> local fault inject freeze nats/nats-2 --for 30s',
    '<%= config.bin %> local fault inject kill task/settings/1',
    '<%= config.bin %> local fault inject isolate redis/shard-1/primary',
    '<%= config.bin %> local fault inject delay task/settings --ms 500 --jitter 100',
    '<%= config.bin %> local fault inject throttle aws/ecs:DescribeServices --rate 0.5',
    '<%= config.bin %> local fault inject error aws/logs:* --code ServiceUnavailableException --status 503',
    '<%= config.bin %> local fault inject half aws/ecs:*        # also: html, hang, strange',
    '<%= config.bin %> local fault inject clock task/settings/1 --offset=-5m',
    '<%= config.bin %> local fault inject full-disk nats/nats-1 # or a task, a Redis node, state',
  ];
  static override mutates = true;
  static override args = {
    kind: Args.string({ description: 'what to do', required: true }),
    target: Args.string({ description: 'to what', required: true }),
  };
  static override flags = {
    for: Flags.string({ description: 'heals by itself after this time: 30s, 5m' }),
    ms: Flags.integer({ description: 'delay: milliseconds that a round trip takes longer' }),
    jitter: Flags.integer({ description: 'delay: up to so many milliseconds more, by chance' }),
    rate: Flags.string({ description: 'aws/…: share of the calls that it hits (0.5), all unless given' }),
    code: Flags.string({ description: "error: AWS's error code to answer" }),
    status: Flags.integer({ description: 'error: HTTP status to answer, 400 unless given' }),
    offset: Flags.string({ description: 'clock: how far it is ahead (90s) or behind (=-5m)' }),
  };

  async run() {
    const { stateDir } = requireEmbedded(await this.fleet());
    const { ms, jitter, rate, code, status } = this.flags;
    const parameters = defined({
      ...{ ms, jitter, code, status },
      rate: rate === undefined ? undefined : Number(rate),
      offset: milliseconds('offset', this.flags.offset),
    });
    const forMs = milliseconds('for', this.flags.for);
    const request = { kind: this.args.kind, target: this.args.target, parameters, ...defined({ forMs }) };
    const { aim: _, ...plan } = planFault(request);
    const fault = await askInject(requireRunning(stateDir), plan, this.signal);
    this.log(`${describeFault(fault, Date.now())}: ${fault.subjects.join(', ')}`);
    if (fault.kind !== 'kill') this.log(`heal it with: gsys local fault heal ${fault.id}`);
    return { schema: 'gsys/local-fault-inject/v1', fault };
  }
}

function milliseconds(flag: string, text: string | undefined): number | undefined {
  const parsed = parseDuration(text ?? '');
  if (text !== undefined && parsed === undefined)
    throw new GsysError(
      'USAGE',
      `--${flag}: ${JSON.stringify(text)} is no duration, as 500ms, 30s, 5m, 2h, 1d are`,
      {
        next: 'gsys local fault inject --help',
      },
    );
  return parsed;
}

function defined(values: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
