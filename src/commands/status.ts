import { BaseCommand } from '../base-command.ts';
import { awsAccess } from '../lib/aws/clients.ts';
import { ecs } from '../lib/aws/ecs.ts';
import { fleetStatus } from '../lib/observe/status.ts';

export default class Status extends BaseCommand<typeof Status> {
  static override summary = 'every service in one table: running, desired, health, revision, rollout';

  async run() {
    const fleet = await this.fleet();
    const services = await fleetStatus(fleet, ecs(awsAccess(fleet.environment, this.signal)));
    if (!this.jsonEnabled()) {
      const { statusTable } = await import('../ui/status-table.ts');
      this.log(statusTable(services, this.paint, Date.now()));
    }
    return { schema: 'gsys/status/v1', fleet: fleet.name, environment: fleet.environment.name, services };
  }
}
