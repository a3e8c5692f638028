import { BaseCommand } from '../../base-command.ts';
import { requireEmbedded } from '../../local/require-embedded.ts';
import { localStatus } from '../../local/status.ts';
import { table } from '../../ui/table.ts';

export default class LocalStatus extends BaseCommand<typeof LocalStatus> {
  static override summary = 'what runs on this machine, with pids and addresses';

  async run() {
    const fleet = await this.fleet();
    requireEmbedded(fleet);
    const status = await localStatus(fleet.environment.stateDir, this.signal);
    const nodes = status.nats.map((node) => [
      node.name,
      pid(node.pid),
      node.clientUrl,
      `routes on ${node.routePort}`,
    ]);
    const shards = status.redis.map((node) => [
      node.name,
      pid(node.pid),
      `127.0.0.1:${node.port}`,
      `${node.role}${node.shard ? ` of shard ${node.shard}` : ''}`,
    ]);
    const tasks = status.tasks.map((task) => [
      task.service ?? task.ecsService ?? 'task',
      pid(task.pid),
      task.healthUrl ?? '',
      `${task.lastStatus} ${task.healthStatus}`,
    ]);
    this.log(
      `endpoint ${status.endpoint}  gateway ${status.gatewayUrl}  supervisor ${status.supervisor.pid}\n`,
    );
    this.log(table(['WHAT', 'PID', 'WHERE', 'STATE'], [...nodes, ...shards, ...tasks]));
    return status;
  }
}

function pid(value: number | undefined): string {
  return value === undefined ? 'down' : String(value);
}
