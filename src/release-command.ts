import type { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { changeFlags, changeOf } from './changing.ts';
import { failureText } from './failure.ts';
import { inVpcFlag } from './in-vpc-flag.ts';
import type { AwsAccess } from './lib/aws/clients.ts';
import { GsysError } from './lib/errors.ts';
import type { Fleet } from './lib/fleet/fleet.ts';
import type { PlannedStep } from './lib/release/events.ts';
import { gitRevision } from './lib/release/git-revision.ts';
import { releaseId } from './lib/release/records.ts';
import { type ReleaseOptions, release } from './lib/release/release.ts';
import type { ReleaseSources } from './lib/release/sources.ts';
import { StreamingCommand } from './streaming-command.ts';
import { type DeployView, jsonView, textView } from './ui/deploy-render.ts';

export const releaseFlags = {
  ...changeFlags,
  ...inVpcFlag,
  message: Flags.string({ char: 'm', description: 'why, for the record and for whoever is on call' }),
};

interface Asked {
  fleet: Fleet;
  /** As it is written down: `deploy settings`. */
  command: string;
  question(plan: PlannedStep): string;
  /** @param who as it is written down */
  plan(sources: ReleaseSources, who: string, access: AwsAccess): ReturnType<ReleaseOptions['plan']>;
  /** Of one that goes on. */
  release?: string;
  resumes?: boolean;
}

/** Commands that are a release: one stream of events, one way to stop in order, one exit code. */
export abstract class ReleaseCommand<
  Self extends typeof Command = typeof Command,
> extends StreamingCommand<Self> {
  static override mutates = true;

  private stopAsked = false;

  /** The first Ctrl-C lets the wave come to its end; the second one ends it now. */
  protected override onInterrupt(): boolean {
    if (this.stopAsked || !this.releasing) return false;
    this.stopAsked = true;
    this.view?.note('stopping when this wave is done and proved, or taken back; Ctrl-C again stops now');
    return true;
  }

  private releasing = false;
  private view: DeployView | undefined;

  private async viewFor(out: (text: string) => void): Promise<DeployView> {
    const { progress, paint } = this;
    if (this.wantsJson) return jsonView({ out, progress });
    if (!process.stderr.isTTY) return textView({ out, progress, paint });
    // React is read by those alone who look at it.
    const { liveView } = await import('./ui/live/live-view.ts');
    return liveView({ stream: process.stderr, out, paint, now: Date.now });
  }

  override async finally(): Promise<void> {
    this.view?.end();
    await super.finally();
  }

  protected async runRelease({ fleet, command, question, plan, ...asked }: Asked): Promise<void> {
    const flags = this.flags as { yes: boolean; confirm?: string; 'dry-run': boolean; message?: string };
    const change = changeOf(fleet, {
      command,
      flags: { ...flags, json: this.wantsJson },
      signal: this.signal,
    });
    const out = (text: string) => void process.stdout.write(text);
    this.view = await this.viewFor(out);
    const { view } = this;
    const events = release({
      release: releaseId(new Date(), Math.random),
      ...{ ...change, ...asked },
      plan: (sources) => plan(sources, change.holder.who, change.access),
      confirm: (planned) => change.requireConsent(question(planned)),
      dryRun: flags['dry-run'],
      message: flags.message,
      gitRevision: this.env.gitRevision ?? (await gitRevision(fleet.root)),
      asked: () => this.stopAsked,
      now: Date.now,
      chance: Math.random,
    });
    for await (const event of events) {
      this.releasing ||= event.type === 'locked';
      view.show(event.type === 'result' ? { ...event, apiCalls: change.access.calls } : event);
      if (event.type !== 'result' || event.error === undefined) continue;
      const { code, message, next, exitCode } = event.error;
      this.exitWith(exitCode);
      if (!this.wantsJson)
        process.stderr.write(failureText(new GsysError(code, message, { next }), this.paint));
    }
  }
}
