import { changeFlags, changeOf } from '../changing.ts';
import { failureText } from '../failure.ts';
import { GsysError } from '../lib/errors.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import { releaseQuestion } from '../lib/release/confirm.ts';
import { deploy } from '../lib/release/deploy.ts';
import { releaseId } from '../lib/release/records.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { jsonView, textView } from '../ui/deploy-render.ts';

export default class Deploy extends StreamingCommand<typeof Deploy> {
  static override summary = 'bring services to what the definition and their images say, and prove it';
  static override description =
    'Registers what changed, tells ECS, follows its deployment to the end. A release that ECS rolled back is a failed release.';
  static override examples = [
    '<%= config.bin %> deploy --dry-run',
    '<%= config.bin %> deploy settings --yes',
    '<%= config.bin %> deploy --env production --confirm gaming-system --yes',
  ];
  static override args = serviceArgs;
  static override flags = changeFlags;
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const out = (text: string) => void process.stdout.write(text);
    const view = this.wantsJson
      ? jsonView({ out })
      : textView({ out, progress: this.progress, paint: this.paint });
    const change = changeOf(fleet, {
      command: `deploy ${services.map(({ name }) => name).join(' ')}`,
      flags: { ...this.flags, json: this.wantsJson },
      signal: this.signal,
    });
    const events = deploy({
      ...change,
      services,
      release: releaseId(new Date(), Math.random),
      confirm: (plan) => change.requireConsent(releaseQuestion(fleet, plan)),
      dryRun: this.flags['dry-run'],
      now: Date.now,
      chance: Math.random,
    });
    for await (const event of events) {
      view.show(event);
      if (event.type !== 'result' || event.error === undefined) continue;
      const { code, message, next, exitCode } = event.error;
      this.exitWith(exitCode);
      if (!this.wantsJson)
        process.stderr.write(failureText(new GsysError(code, message, { next }), this.paint));
    }
  }
}
