import { awsAccess } from '../lib/aws/clients.ts';
import { checkAccount } from '../lib/aws/sts.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import { push } from '../lib/release/push/push.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { pushLine } from '../ui/build-lines.ts';
import { bytes } from '../ui/bytes.ts';

const SCHEMA = 'gsys/push/v1';

export default class Push extends StreamingCommand<typeof Push> {
  static override summary = 'send images to the registry that it does not have yet';
  static override description =
    'Makes the repositories that are missing. Sends no blob that the registry has: one that was cut short goes on.';
  static override examples = ['<%= config.bin %> push', '<%= config.bin %> push settings --env local'];
  static override args = serviceArgs;
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const access = awsAccess(fleet.environment, this.signal);
    const what = `pushing ${services.length} images to ${fleet.environment.name}`;
    this.progress.step(what);
    await checkAccount(access);
    const counts = { pushed: 0, unchanged: 0, created: 0, warning: 0 };
    let sent = 0;
    const tell = () =>
      this.progress.update(`${what}: ${counts.pushed + counts.unchanged} there, ${bytes(sent)} sent`);
    const onSent = (more: number) => {
      sent += more;
      tell();
    };
    for await (const event of push(fleet, services, access, { onSent })) {
      counts[event.type] += 1;
      tell();
      if (this.wantsJson) this.printJson(SCHEMA, event);
      else if (event.type === 'warning') this.progress.note(pushLine(event, this.paint));
      else this.log(pushLine(event, this.paint));
    }
    const { pushed, unchanged, created } = counts;
    this.progress.done(`${pushed} pushed, ${unchanged} unchanged, ${bytes(sent)} sent`);
    if (this.wantsJson) this.printJson(SCHEMA, { type: 'result', pushed, unchanged, created, sent });
  }
}
