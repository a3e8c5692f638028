import path from 'node:path';
import type { EmbeddedLayout } from '../../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import { OPERATOR } from '../../lib/fleet/identity.ts';
import type { Fault } from '../faults/fault.ts';
import type { Keeper } from '../keeper.ts';
import { natsFiles } from '../nats-nodes.ts';
import type { LocalStatus } from '../platform-schema.ts';
import type { TaskView } from '../ports.ts';
import type { RedisRole } from '../redis-roles.ts';
import type { RuntimeKind } from './options.ts';

export interface StatusSources {
  fleet: Fleet;
  layout: EmbeddedLayout;
  runtime: RuntimeKind;
  awsLimits: boolean;
  supervisorPid: number;
  nats: Keeper[];
  redis: Keeper[];
  roles: Map<string, RedisRole>;
  tasks: TaskView[];
  faults: Fault[];
}

/** The document of `gsys local status`, from what the supervisor knows. */
export function statusView(sources: StatusSources): LocalStatus {
  const { fleet, layout } = sources;
  const endpoint = `http://127.0.0.1:${layout.endpointPort}`;
  return {
    schema: 'gsys/local-status/v1',
    endpoint,
    region: fleet.environment.region,
    runtime: sources.runtime,
    awsLimits: sources.awsLimits,
    supervisor: { pid: sources.supervisorPid },
    operator: {
      certFile: path.join(layout.certs, OPERATOR, 'cert.pem'),
      keyFile: path.join(layout.certs, OPERATOR, 'key.pem'),
      caFile: path.join(layout.certs, 'ca.pem'),
    },
    nats: layout.nats.map((node) => {
      const { configFile, certFile, keyFile, caFile } = natsFiles(layout, node.name);
      return {
        name: node.name,
        ...pidOf(sources.nats, node.name),
        clientUrl: `tls://${node.host}:${node.clientPort}`,
        monitorUrl: `http://127.0.0.1:${node.monitorPort}`,
        routePort: node.routePort,
        ...{ configFile, certFile, keyFile, caFile },
      };
    }),
    redis: layout.redis.map(({ name, port }) => {
      const { role = 'unknown', shard } = sources.roles.get(name) ?? {};
      return { name, ...pidOf(sources.redis, name), port, role, ...(shard !== undefined && { shard }) };
    }),
    tasks: sources.tasks.map((task) => taskView(task, fleet)),
    gatewayUrl: `http://127.0.0.1:${layout.gatewayPort}`,
    faults: sources.faults,
  };
}

function taskView(task: TaskView, fleet: Fleet): LocalStatus['tasks'][number] {
  const service = fleet.services.find(({ ecsService }) => ecsService === task.ecsService)?.name;
  const { taskArn, taskDefinition, lastStatus, healthStatus, containerId } = task;
  return {
    ...(service !== undefined && { service }),
    ...(task.ecsService !== undefined && { ecsService: task.ecsService }),
    ...{ taskArn, taskDefinition, lastStatus, healthStatus },
    ...(task.pid !== undefined && { pid: task.pid }),
    ...(containerId !== '' && { containerId }),
    ...(task.healthUrl !== undefined && { healthUrl: task.healthUrl }),
  };
}

function pidOf(keepers: Keeper[], name: string): { pid?: number } {
  const pid = keepers.find((keeper) => keeper.name === name)?.pid();
  return pid === undefined ? {} : { pid };
}
