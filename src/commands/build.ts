import { awsAccess } from '../lib/aws/clients.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import { build } from '../lib/release/build/build.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { buildLine } from '../ui/build-lines.ts';

const SCHEMA = 'gsys/build/v1';

export default class Build extends StreamingCommand<typeof Build> {
  static override summary = 'make the images of services whose sources changed';
  static override description =
    'The same sources give the same image, byte for byte; its tag is the hash of what went in.';
  static override examples = ['<%= config.bin %> build', '<%= config.bin %> build settings --json'];
  static override args = serviceArgs;
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    this.progress.step(`building ${services.length} images`);
    const counts = { built: 0, unchanged: 0 };
    for await (const event of build(fleet, services, awsAccess(fleet.environment, this.signal))) {
      counts[event.type] += 1;
      if (this.wantsJson) this.printJson(SCHEMA, event);
      else this.log(buildLine(event, this.paint));
    }
    this.progress.done(`${counts.built} built, ${counts.unchanged} unchanged`);
    if (this.wantsJson) this.printJson(SCHEMA, { type: 'result', ...counts });
  }
}
