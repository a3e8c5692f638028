import { awsAccess } from '../lib/aws/clients.ts';
import { checkAccount } from '../lib/aws/sts.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import { push } from '../lib/release/push.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { pushLine } from '../ui/build-lines.ts';

const SCHEMA = 'gsys/push/v1';

export default class Push extends StreamingCommand<typeof Push> {
  static override summary = 'send images to the registry that it does not have yet';
  static override examples = ['<%= config.bin %> push', '<%= config.bin %> push settings --env local'];
  static override args = serviceArgs;
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const access = awsAccess(fleet.environment, this.signal);
    this.progress.step(`pushing ${services.length} images to ${fleet.environment.name}`);
    await checkAccount(access);
    const counts = { pushed: 0, unchanged: 0 };
    for await (const event of push(fleet, services, access)) {
      counts[event.type] += 1;
      if (this.wantsJson) this.printJson(SCHEMA, event);
      else this.log(pushLine(event, this.paint));
    }
    this.progress.done(`${counts.pushed} pushed, ${counts.unchanged} unchanged`);
    if (this.wantsJson) this.printJson(SCHEMA, { type: 'result', ...counts });
  }
}
