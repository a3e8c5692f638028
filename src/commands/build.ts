import * as Flags from '@oclif/core/flags';
import { type AwsAccess, awsAccess } from '../lib/aws/clients.ts';
import { chooseServices } from '../lib/fleet/choose.ts';
import type { Fleet, Service } from '../lib/fleet/fleet.ts';
import { build } from '../lib/release/build/build.ts';
import { checkFailed, checkImages } from '../lib/release/build/check/check.ts';
import { serviceArgs } from '../service-args.ts';
import { StreamingCommand } from '../streaming-command.ts';
import { buildLine, checkLines } from '../ui/build-lines.ts';

const SCHEMA = 'gsys/build/v1';
const NONE = { checked: 0, failed: [] };

export default class Build extends StreamingCommand<typeof Build> {
  static override summary = 'make the images of services whose sources changed';
  static override description =
    'The same sources give the same image, byte for byte; its tag is the hash of what went in.';
  static override examples = [
    '<%= config.bin %> build',
    '<%= config.bin %> build settings --check',
    '<%= config.bin %> build --env production --json',
  ];
  static override args = serviceArgs;
  static override flags = {
    check: Flags.boolean({
      description:
        'run each image as a task: not ready without NATS, ready with it, exit 0 on SIGTERM (needs nats-server)',
    }),
  };
  static override mutates = true;

  async run() {
    const fleet = await this.fleet();
    const services = chooseServices(fleet, this.args.service ?? []);
    const access = awsAccess(fleet.environment, this.signal);
    const counts = await this.build(fleet, services, access);
    const { checked, failed } = this.flags.check ? await this.check(fleet, services, access) : NONE;
    if (failed.length > 0) throw checkFailed(failed);
    if (this.wantsJson) this.printJson(SCHEMA, { type: 'result', ...counts, checked });
  }

  private async build(fleet: Fleet, services: Service[], access: AwsAccess) {
    const what = `building ${services.length} images`;
    this.progress.step(what);
    const counts = { built: 0, unchanged: 0 };
    for await (const event of build(fleet, services, access)) {
      counts[event.type] += 1;
      this.progress.update(`${what}: ${counts.built + counts.unchanged} there`);
      if (this.wantsJson) this.printJson(SCHEMA, event);
      else this.log(buildLine(event, this.paint));
    }
    this.progress.done(`${counts.built} built, ${counts.unchanged} unchanged`);
    return counts;
  }

  private async check(fleet: Fleet, services: Service[], access: AwsAccess) {
    const what = `checking ${services.length} images`;
    this.progress.step(what);
    const failed: string[] = [];
    let checked = 0;
    for await (const event of checkImages(fleet, services, this.env, access)) {
      if (event.type === 'checked') checked += 1;
      else failed.push(event.service);
      this.progress.update(`${what}: ${checked + failed.length} done`);
      if (this.wantsJson) this.printJson(SCHEMA, event);
      else this.log(checkLines(event, this.paint));
    }
    this.progress.done(`${checked} of ${services.length} behave as tasks`);
    return { checked, failed };
  }
}
