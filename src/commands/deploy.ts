import { hostname, userInfo } from 'node:os';
import * as Flags from '@oclif/core/flags';
import { failureText } from '../failure.ts';
import { awsAccess } from '../lib/aws/clients.ts';
import { GsysError } from '../lib/errors.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import { confirmChange } from '../lib/release/confirm.ts';
import { deploy } from '../lib/release/deploy.ts';
import { releaseId } from '../lib/release/records.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { confirm } from '../ui/confirm.ts';
import { jsonView, textView } from '../ui/deploy-render.ts';

/** What is left to write down how it ended, after Ctrl-C; milliseconds. */
const LAST_WORDS = 4000;

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
  static override flags = {
    'dry-run': Flags.boolean({ description: 'print the plan and stop' }),
    yes: Flags.boolean({ char: 'y', description: 'do not ask' }),
    confirm: Flags.string({ description: 'name of the fleet, wanted by protected environments' }),
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const out = (text: string) => void process.stdout.write(text);
    const view = this.wantsJson
      ? jsonView({ out })
      : textView({ out, progress: this.progress, paint: this.paint });
    const asked = { yes: this.flags.yes, confirm: this.flags.confirm, interactive: this.isInteractive() };
    const events = deploy({
      fleet,
      services,
      access: awsAccess(fleet.environment, this.signal),
      afterwards: () => awsAccess(fleet.environment, AbortSignal.timeout(LAST_WORDS)),
      release: releaseId(new Date(), Math.random),
      holder: {
        command: `deploy ${services.map(({ name }) => name).join(' ')}`,
        who: `${userInfo().username}@${hostname()}`,
      },
      confirm: (plan) => confirmChange(fleet, plan, asked, (question) => confirm(question, this.signal)),
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

  private isInteractive(): boolean {
    return Boolean(process.stdin.isTTY && process.stderr.isTTY) && !this.wantsJson;
  }
}
