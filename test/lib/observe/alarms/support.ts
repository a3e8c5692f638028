import * as schemas from '@aws-sdk/client-ecs';
import { onTestFinished } from 'vitest';
import { awsAccess } from '../../../../src/lib/aws/clients.ts';
import type { Fleet, Service } from '../../../../src/lib/fleet/fleet.ts';
import { type ApplyAlarmsOptions, applyAlarms } from '../../../../src/lib/observe/alarms/apply.ts';
import type { AlarmPlan } from '../../../../src/lib/observe/alarms/plan.ts';
import { alarmSources } from '../../../../src/lib/observe/alarms/sources.ts';
import type { ApplyStep } from '../../../../src/lib/release/apply-changes.ts';
import { startEndpoint } from '../../../local/aws/support/endpoint.ts';
import { FLEET, service } from '../../verify/fixture.ts';

/** A fleet of a gateway and other services at an endpoint of its own, whose cluster has Container Insights, or not. */
export async function alarmLab({ others = 22 } = {}) {
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
    services: [service('gateway'), ...Array.from({ length: others }, (_, i) => numbered(i))],
    environment: { ...FLEET.environment, endpoint: endpoint.url },
  };
  return {
    endpoint,
    fleet,
    insights,
    /** With what is told meanwhile. */
    apply({ signal, ...given }: Partial<ApplyAlarmsOptions> & { signal?: AbortSignal } = {}) {
      const steps: ApplyStep<AlarmPlan>[] = [];
      const access = given.access ?? awsAccess(fleet.environment, signal);
      const options: ApplyAlarmsOptions = {
        fleet,
        services: fleet.services,
        access,
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
      };
      return { steps, applied: applyAlarms(options, alarmSources(access)) };
    },
  };
}

function numbered(i: number): Service {
  return { ...service('settings'), name: `service-${i}`, ecsService: `service-${i}-nats` };
}
