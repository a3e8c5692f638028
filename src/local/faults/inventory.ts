import path from 'node:path';
import type { EmbeddedLayout } from '../../lib/fleet/embedded-layout.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import type { AwsService } from '../aws/service.ts';
import type { Keeper } from '../keeper.ts';
import { natsFiles } from '../nats-nodes.ts';
import type { TaskView } from '../ports.ts';
import type { RedisRole } from '../redis-roles.ts';
import type { Inventory } from './choose.ts';

export interface InventorySources {
  fleet: Fleet;
  layout: EmbeddedLayout;
  keepers: Keeper[];
  roles: Map<string, RedisRole>;
  tasks: TaskView[];
  services: AwsService[];
}

/** What there is to break, from what the supervisor knows. */
export function takeInventory({
  fleet,
  layout,
  keepers,
  roles,
  tasks,
  services,
}: InventorySources): Inventory {
  const pidOf = (name: string) => keepers.find((keeper) => keeper.name === name)?.pid();
  return {
    nats: layout.nats.map(({ name, host, clientPort, routePort, monitorPort }) => ({
      name,
      pid: pidOf(name),
      address: host,
      ports: [clientPort, routePort, monitorPort],
      folder: path.join(path.dirname(natsFiles(layout, name).configFile), 'jetstream'),
    })),
    redis: layout.redis.map(({ name, host, port, busPort }) => {
      const { role = 'unknown', shard } = roles.get(name) ?? {};
      const folder = path.join(layout.stateDir, 'redis', name);
      return { name, pid: pidOf(name), address: host, ports: [port, busPort], folder, role, shard };
    }),
    state: {
      name: 'state',
      pid: process.pid,
      address: '127.0.0.1',
      ports: [layout.endpointPort],
      folder: path.join(layout.stateDir, 'aws'),
    },
    tasks: tasksOf(fleet, layout, tasks),
    operations: Object.fromEntries(services.map(({ id, operations }) => [id, Object.keys(operations)])),
  };
}

/** Numbered from 1 within their service, in the order of `local status`. */
function tasksOf(fleet: Fleet, layout: EmbeddedLayout, tasks: TaskView[]): Inventory['tasks'] {
  const counts = new Map<string, number>();
  return tasks.map(({ ecsService, taskArn, pid, address }) => {
    const service = fleet.services.find((each) => each.ecsService === ecsService)?.name;
    const id = taskArn.split('/').at(-1) ?? '';
    const group = service ?? ecsService ?? 'task';
    const number = (counts.get(group) ?? 0) + 1;
    counts.set(group, number);
    const name = `${group}/${number}`;
    const folder = path.join(layout.stateDir, 'ecs', 'tasks', id);
    return { name, service, ecsService, id, pid, address, ports: undefined, folder };
  });
}
