import { expect, it } from 'vitest';
import type { ServiceState, TaskState } from '../../../src/lib/aws/ecs.ts';
import type { Fleet } from '../../../src/lib/fleet/fleet.ts';
import { fleetStatus } from '../../../src/lib/observe/status.ts';
import { painter } from '../../../src/ui/paint.ts';
import { statusTable } from '../../../src/ui/status-table.ts';

const FLEET = { services: [{ name: 'settings', ecsService: 'settings-nats' }] } as Fleet;
const task = (health: string) =>
  ({ ecsService: 'settings-nats', lastStatus: 'RUNNING', health }) as TaskState;

it('words that gsys does not know are shown as they are, and count as unknown', async () => {
  const service = {
    ...{ name: 'settings-nats', status: 'ACTIVE', desired: 2, running: 2, pending: 0 },
    deployments: [
      { status: 'PRIMARY', taskDefinition: 'a/settings-nats:1', rollout: 'ON_HOLD', rolloutReason: '' },
    ],
  } as unknown as ServiceState;
  const found = await fleetStatus(FLEET, {
    describeServices: async () => ({ services: [service], missing: [] }),
    tasks: async () => [task('HEALTHY'), task('DEGRADED')],
  });
  expect(found).toMatchObject([{ health: { healthy: 1, unhealthy: 0, unknown: 1 }, rollout: 'ON_HOLD' }]);
  expect(statusTable(found, painter(false), 0)).toMatch(/1 healthy, 1 unknown.*on hold/);
});
