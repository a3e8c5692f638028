import { BaseCommand } from '../../base-command.ts';
import { checkEnvironment } from '../../lib/fleet/complete.ts';
import { checkContracts } from '../../lib/fleet/contracts.ts';

export default class ConfigCheck extends BaseCommand<typeof ConfigCheck> {
  static override summary = 'validate gsys.yaml, every service.yaml and the contracts they name';
  static override examples = [
    '<%= config.bin %> config check',
    '<%= config.bin %> config check --env production',
  ];

  async run() {
    const fleet = await this.fleet();
    checkEnvironment(fleet);
    checkContracts(fleet);
    const { environment, services } = fleet;
    const endpoints = services.flatMap((service) => service.endpoints).length;
    this.log(
      `${fleet.name} in ${environment.name}: ${services.length} services, ${endpoints} endpoints, no mistakes`,
    );
    return {
      schema: 'gsys/config-check/v1',
      fleet: fleet.name,
      environment: environment.name,
      services: services.length,
      endpoints,
    };
  }
}
