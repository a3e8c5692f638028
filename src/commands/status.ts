import { BaseCommand } from '../base-command.ts';
import { inVpcFlag } from '../in-vpc-flag.ts';
import { awsAccess } from '../lib/aws/clients.ts';
import { ecs } from '../lib/aws/ecs.ts';
import { fleetStatus } from '../lib/observe/status.ts';

export default class Status extends BaseCommand<typeof Status> {
  static override summary = 'every service in one table: running, desired, health, revision, rollout';
  static override flags = inVpcFlag;

  async run() {
    const fleet = await this.fleet();
    const asked = fleetStatus(fleet, ecs(awsAccess(fleet.environment, this.signal)));
    // Loaded while ECS answers.
    const view = this.jsonEnabled() ? undefined : import('../ui/status-table.ts');
    const services = await asked;
    if (view) this.log((await view).statusTable(services, this.paint, Date.now()));
    return { schema: 'gsys/status/v1', fleet: fleet.name, environment: fleet.environment.name, services };
  }
}
