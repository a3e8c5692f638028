import { BaseCommand } from '../../base-command.ts';
import { describeFaults } from '../../local/faults/describe.ts';
import type { LocalStatus } from '../../local/platform-schema.ts';
import { requireEmbedded } from '../../local/require-embedded.ts';
import { localStatus } from '../../local/status.ts';
import { plain } from '../../ui/paint.ts';
import { table } from '../../ui/table.ts';

export default class LocalStatusCommand extends BaseCommand<typeof LocalStatusCommand> {
  static override summary = 'show what of the embedded platform runs, and where';
  static override examples = ['<%= config.bin %> local status', '<%= config.bin %> local status --json'];

  async run() {
    const { stateDir } = requireEmbedded(await this.fleet());
    const status = await localStatus(stateDir, this.signal);
    const loud = describeFaults(status.faults, Date.now());
    if (loud !== undefined) {
      this.log(this.paint('yellow', loud));
      this.log('heal it with: gsys local fault heal --all');
    }
    this.log(text(status));
    return status;
  }
}

function text(status: LocalStatus): string {
  const rows = [
    [
      'endpoint',
      status.endpoint,
      pidText(status.supervisor.pid),
      `${status.region}, runtime ${status.runtime}${status.awsLimits ? ", AWS's request rates" : ''}`,
    ],
    ['gateway', status.gatewayUrl, '', ''],
    ...status.nats.map((node) => [
      node.name,
      node.clientUrl,
      pidText(node.pid),
      `monitor ${node.monitorUrl}`,
    ]),
    ...status.redis.map((node) => [node.name, `127.0.0.1:${node.port}`, pidText(node.pid), roleText(node)]),
    ...status.tasks.map((task) => [
      task.service ?? task.ecsService ?? 'task',
      task.taskArn.split('/').at(-1) ?? '',
      pidText(task.pid, ''),
      plain(`${task.lastStatus} ${task.healthStatus}${containerText(status, task)}`),
    ]),
  ];
  return table(['WHAT', 'WHERE', 'PID', 'STATE'], rows);
}

function pidText(pid: number | undefined, absent = 'down'): string {
  return pid === undefined ? absent : String(pid);
}

/** As `docker ps` shows it. */
function containerText({ runtime }: LocalStatus, { containerId }: LocalStatus['tasks'][number]): string {
  return runtime === 'docker' && containerId !== undefined ? `, container ${containerId.slice(0, 12)}` : '';
}

function roleText({ role, shard }: LocalStatus['redis'][number]): string {
  return shard === undefined ? role : `${role} of shard ${shard}`;
}
