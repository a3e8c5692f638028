import type { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from './base-command.ts';
import { inVpcFlag } from './in-vpc-flag.ts';
import type { GsysError } from './lib/errors.ts';
import type { Fleet } from './lib/fleet/fleet.ts';
import { type Probe, type ProbeEvent, probe } from './lib/probe/probe.ts';
import { exitCodeOf } from './lib/probe/report.ts';
import type { Target } from './lib/probe/target.ts';
import type { Means } from './lib/probe/targets/means.ts';
import { isUrl } from './lib/probe/targets/server-url.ts';
import { plain } from './ui/paint.ts';
import { probeText } from './ui/probe-view.ts';

/** Milliseconds after which somebody wants to know what is going on. */
const PATIENCE = 1000;

/** A file that a task of --in-vpc does not get: a private key would lie in an image. */
const ownFile = (description: string) => Flags.file({ description, exists: true, exclusive: ['in-vpc'] });

export const probeFlags = {
  ...inVpcFlag,
  count: Flags.integer({ char: 'c', description: 'rounds; each over new connections', default: 1, min: 1 }),
  interval: Flags.string({
    char: 'i',
    description: 'seconds from the end of a round to the next',
    default: '1',
    parse: (text) => Promise.resolve(secondsOf(text)),
  }),
};

/** To come with, where a URL names the server; the definition's own servers are met as its operator. */
export const comeWithFlags = {
  cert: { ...ownFile('of a URL: our certificate, PEM'), dependsOn: ['key'] },
  key: { ...ownFile('of a URL: its private key, PEM'), dependsOn: ['cert'] },
  ca: ownFile('of a URL: authorities to trust besides the public ones, PEM'),
  operator: Flags.boolean({
    description: 'of a URL: come as the environment’s operator, with its certificate and trust',
    exclusive: ['cert', 'key', 'ca'],
  }),
};

interface ComeWith {
  cert?: string | undefined;
  key?: string | undefined;
  ca?: string | undefined;
  operator: boolean;
}

/** What every `probe` has in common: rounds, progress, one report, one exit code. */
export abstract class ProbeCommand<Self extends typeof Command = typeof Command> extends BaseCommand<Self> {
  /** @param needed names that are looked up in the definition; a URL needs none */
  protected async means(
    { cert, key, ca, operator }: ComeWith,
    ...needed: (string | undefined)[]
  ): Promise<Means> {
    const byName = needed.some((name) => name === undefined || !isUrl(name));
    const fleet: Fleet | undefined = byName || operator ? await this.fleet() : undefined;
    return { fleet, files: { cert, key, ca }, asOperator: operator };
  }

  protected async probe<T extends Target>(
    asked: Pick<Probe<T>, 'kind' | 'named' | 'targets' | 'layers'>,
    { count, interval }: { count: number; interval: string },
  ) {
    const startedAt = new Date();
    const { tell, end } = this.tellLate();
    const report = await probe({
      ...{ ...asked, count, signal: this.signal, tell },
      interval: Number(interval) * 1000,
      now: () => performance.now(),
    }).finally(end);
    this.log(probeText(report, this.paint));
    const { aborted, reason } = this.signal;
    this.exitWith(aborted ? (reason as GsysError).exitCode : exitCodeOf(report.verdict));
    return { schema: 'gsys/probe/v1', startedAt, ...report };
  }

  private tellLate(): { tell(event: ProbeEvent): void; end(): void } {
    let latest: string | undefined;
    let shown = false;
    const timer = setTimeout(() => {
      shown = true;
      this.progress.step(latest ?? 'probing');
    }, PATIENCE).unref();
    return {
      tell: ({ round, of, name, layer }) => {
        latest = `${plain(name)}: ${of === 1 ? '' : `round ${round} of ${of}, `}${layer}`;
        if (shown) this.progress.update(latest);
      },
      end: () => {
        clearTimeout(timer);
        this.progress.end();
      },
    };
  }
}

function secondsOf(text: string): string {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0 && seconds <= 3600))
    throw new Error(`${text} is no number of seconds`);
  return text;
}
