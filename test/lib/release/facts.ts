import type { DeploymentState, ServiceState } from '../../../src/lib/aws/ecs.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import type { ServiceFacts } from '../../../src/lib/release/plan.ts';
import { serviceSettings } from '../../../src/lib/release/service-request.ts';
import { taskDefinitionOf } from '../../../src/lib/release/task-definition.ts';

/** The repository's fleet, and what is known of a service of it that runs as it should; changed by each test. */
export const FLEET = await loadFleet({ from: import.meta.dirname, environment: 'local', slot: '0' });

export const named = (name: string) => FLEET.services.find((service) => service.name === name) as Service;

const ARN = 'arn:aws:ecs:us-east-1:000000000000:task-definition';
const DIGEST = `sha256:${'a'.repeat(64)}`;

/** @param revision of what runs, and of what the newest successful release left running */
export function factsOf(name: string, change: Partial<ServiceFacts> = {}, revision = 3): ServiceFacts {
  const service = named(name);
  const taskDefinition = `${ARN}/${service.ecsService}:${revision}`;
  const wanted = taskDefinitionOf(FLEET, service, {
    image: `registry.example/${service.repository}@${DIGEST}`,
    tlsSecretArn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${service.tlsSecret}-AbCdEf`,
    redisAuthSecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:redis-auth-AbCdEf',
  });
  return {
    service,
    state: stateOf(service, taskDefinition),
    current: { ...wanted, taskDefinitionArn: taskDefinition, tags: wanted.tags ?? [] },
    ...{ wanted, settings: serviceSettings(FLEET), lacks: [] },
    imageDigest: DIGEST,
    released: { release: '20260101T000000Z-0001', taskDefinition, imageDigest: DIGEST },
    ...change,
  };
}

export function stateOf(
  service: Service,
  taskDefinition: string,
  primary: Partial<DeploymentState> = {},
): ServiceState {
  const deployment = {
    ...{ id: 'ecs-svc/1', status: 'PRIMARY', taskDefinition, desired: 2, running: 2, pending: 0 },
    ...{
      failedTasks: 0,
      rollout: 'COMPLETED',
      rolloutReason: '',
      createdAt: undefined,
      updatedAt: undefined,
    },
  };
  return {
    ...{ name: service.ecsService, arn: service.ecsService, status: 'ACTIVE', taskDefinition },
    ...{ desired: 2, running: 2, pending: 0, createdAt: undefined, events: [] },
    deployments: [{ ...deployment, ...primary }],
    currentServiceDeployment: undefined,
    ...serviceSettings(FLEET),
  };
}
