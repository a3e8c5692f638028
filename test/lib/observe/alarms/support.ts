import * as schemas from '@aws-sdk/client-ecs';
import { onTestFinished } from 'vitest';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import type { Fleet, Service } from '../../../../src/lib/fleet/fleet.ts';
import { type ApplyOptions, type ApplyStep, applyAlarms } from '../../../../src/lib/observe/alarms/apply.ts';
import { startEndpoint } from '../../../local/aws/support/endpoint.ts';
import { FLEET, service } from '../../verify/fixture.ts';

/** A fleet of 23 services at an endpoint of its own, whose cluster has Container Insights, or not. */
export async function alarmLab() {
  const insights = { value: 'enabled' };
  const endpoint = await startEndpoint({
    services: [
      {
        id: 'ecs',
        target: 'AmazonEC2ContainerServiceV20141113',
        protocol: 'awsJson',
        schemas,
        operations: {
          DescribeClusters: () => ({
            clusters: [{ settings: [{ name: 'containerInsights', value: insights.value }] }],
          }),
        },
      },
    ],
  });
  onTestFinished(() => endpoint.close());
  const fleet: Fleet = {
    ...FLEET,
    services: [service('gateway'), ...Array.from({ length: 22 }, (_, i) => numbered(i))],
    environment: { ...FLEET.environment, endpoint: endpoint.url },
  };
  return {
    endpoint,
    fleet,
    insights,
    /** With what is told meanwhile. */
    apply(options: Partial<ApplyOptions> & { signal?: AbortSignal } = {}) {
      const { signal, ...given } = options;
      const steps: ApplyStep[] = [];
      const applied = applyAlarms({
        fleet,
        services: fleet.services,
        access: awsAccess(fleet.environment, signal),
        afterwards: () => awsAccess(fleet.environment),
        holder: { command: 'alarms apply', who: 'ann@laptop' },
        confirm: async () => {},
        dryRun: false,
        patience: 0,
        now: Date.now,
        ...given,
        onStep(step) {
          steps.push(step);
          given.onStep?.(step);
        },
      });
      return { steps, applied };
    },
  };
}

function numbered(i: number): Service {
  return { ...service('settings'), name: `service-${i}`, ecsService: `service-${i}-nats` };
}
