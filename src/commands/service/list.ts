import { BaseCommand } from '../../base-command.ts';
import { table } from '../../ui/table.ts';

export default class ServiceList extends BaseCommand<typeof ServiceList> {
  static override summary = 'list the services of the definition';

  async run() {
    const services = (await this.fleet()).services.map((service) => ({
      service: service.name,
      ecsService: service.ecsService,
      purpose: service.purpose,
      desired: service.desired,
      cpu: service.cpu,
      memory: service.memory,
      endpoints: service.endpoints.map(({ name, subject, route }) => ({ name, subject, route: route?.path })),
    }));
    const rows = services.map((service) => [
      service.service,
      service.ecsService,
      String(service.desired),
      `${service.cpu}/${service.memory}`,
      String(service.endpoints.length),
      service.purpose,
    ]);
    this.log(table(['SERVICE', 'ECS SERVICE', 'DESIRED', 'CPU/MIB', 'ENDPOINTS', 'PURPOSE'], rows));
    return { schema: 'gsys/service-list/v1', services };
  }
}
