import { BaseCommand } from '../base-command.ts';
import { inVpcFlag } from '../in-vpc-flag.ts';
import { awsAccess } from '../lib/aws/clients.ts';
import { ecs } from '../lib/aws/ecs.ts';
import { fleetStatus } from '../lib/observe/status.ts';

/** Milliseconds that the rest gets where the services take less: longer than a frozen node takes to be known as one. */
const PATIENCE = 2500;

export default class Status extends BaseCommand<typeof Status> {
  static override summary =
    'the whole fleet on one screen: services with tasks, health, revision and rollout; NATS, Redis, alarms, last release';
  static override description =
    'What did not answer in time is "not seen": whether it is well, verify finds out.';
  static override flags = inVpcFlag;

  async run() {
    const fleet = await this.fleet();
    const access = awsAccess(fleet.environment, this.signal);
    const asked = fleetStatus(fleet, ecs(access));
    // Loaded while ECS answers.
    const rest = import('../lib/observe/summary.ts').then(({ notBefore, summarise }) =>
      summarise(fleet, access, notBefore(PATIENCE, asked)),
    );
    rest.catch(() => undefined);
    const view = this.jsonEnabled() ? undefined : import('../ui/status-view.ts');
    const services = await asked;
    const summary = await rest;
    if (view) this.log((await view).statusView(services, summary, this.paint, Date.now()));
    return {
      schema: 'gsys/status/v1',
      ...{ fleet: fleet.name, environment: fleet.environment.name },
      services,
      ...summary,
    };
  }
}
