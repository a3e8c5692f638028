import type {
  CreateServiceRequest,
  CreateServiceResponse,
  DeleteServiceRequest,
  DeleteServiceResponse,
  DescribeServicesRequest,
  DescribeServicesResponse,
  ListServicesRequest,
  ListServicesResponse,
  UpdateServiceRequest,
  UpdateServiceResponse,
} from '@aws-sdk/client-ecs';
import { arnOf, lastPart } from '../arns.ts';
import { invalidParameter, serviceNotActive } from '../errors.ts';
import type { ServiceRecord, ServiceSpec } from '../records.ts';
import { beginDeployment } from '../scheduler/new-deployment.ts';
import { supersede } from '../scheduler/service-deployment.ts';
import { serviceView } from '../views/service-view.ts';
import type { World } from '../world.ts';
import {
  deploymentConfiguration,
  requireCount,
  requireFargate,
  requireNetwork,
  requireRolling,
} from './check-service.ts';
import { checkTags } from './check-tags.ts';
import { findService, requireActiveDefinition, requireCluster, requireService } from './look-up.ts';
import { pageOf, requireBatch } from './pages.ts';

export function serviceOperations(world: World, poke: (service: string) => void) {
  return {
    async CreateService(input: CreateServiceRequest): Promise<CreateServiceResponse> {
      const cluster = requireCluster(world, input.cluster);
      const name = input.serviceName ?? '';
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name))
        throw invalidParameter('The service name contains invalid characters.');
      const known = findService(world, cluster, name);
      if (known && known.status !== 'INACTIVE')
        throw invalidParameter(
          known.status === 'DRAINING'
            ? 'Unable to Start a service that is still Draining.'
            : 'Creation of service was not idempotent.',
        );
      requireRolling(input);
      requireFargate(input, cluster);
      const definition = requireActiveDefinition(world, input.taskDefinition);
      const service: ServiceRecord = {
        arn: arnOf(world, `service/${cluster.name}/${name}`),
        name,
        cluster: cluster.name,
        status: 'ACTIVE',
        desiredCount: requireCount(input.desiredCount ?? 0),
        taskDefinition: definition.taskDefinitionArn,
        spec: specOf(input),
        configuration: deploymentConfiguration(input.deploymentConfiguration),
        healthGrace: input.healthCheckGracePeriodSeconds ?? 0,
        enableExecuteCommand: input.enableExecuteCommand ?? false,
        managedTags: input.enableECSManagedTags ?? false,
        propagateTags: input.propagateTags,
        createdAt: world.clock.now(),
        deployments: [],
        lastCompleted: undefined,
        serviceDeployment: '',
        events: [],
        steady: false,
        tags: checkTags(input.tags),
      };
      beginDeployment(world, service);
      await world.services.put(service.arn, service);
      poke(service.arn);
      return { service: serviceView(world, service, ['TAGS']) };
    },

    UpdateService(input: UpdateServiceRequest): UpdateServiceResponse {
      const cluster = requireCluster(world, input.cluster);
      const service = requireService(world, cluster, input.service);
      if (service.status !== 'ACTIVE') throw serviceNotActive();
      // Everything is looked at before anything is changed.
      const desiredCount =
        input.desiredCount === undefined ? service.desiredCount : requireCount(input.desiredCount);
      const taskDefinition =
        input.taskDefinition === undefined
          ? service.taskDefinition
          : requireActiveDefinition(world, input.taskDefinition).taskDefinitionArn;
      if (input.networkConfiguration) requireNetwork(input.networkConfiguration);
      const configuration = deploymentConfiguration(input.deploymentConfiguration, service.configuration);
      const spec = { ...service.spec, ...specOf(input) };
      const differs = taskDefinition !== service.taskDefinition || !sameSpec(spec, service.spec);

      Object.assign(service, {
        desiredCount,
        taskDefinition,
        configuration,
        spec,
        healthGrace: input.healthCheckGracePeriodSeconds ?? service.healthGrace,
        enableExecuteCommand: input.enableExecuteCommand ?? service.enableExecuteCommand,
        managedTags: input.enableECSManagedTags ?? service.managedTags,
        propagateTags: input.propagateTags ?? service.propagateTags,
      });
      if (differs || input.forceNewDeployment) beginDeployment(world, service);
      world.services.set(service.arn, service);
      poke(service.arn);
      return { service: serviceView(world, service) };
    },

    DescribeServices(input: DescribeServicesRequest): DescribeServicesResponse {
      const cluster = requireCluster(world, input.cluster);
      const names = requireBatch(input.services, 'Services', 10);
      const found = names.map((name) => ({ name, service: findService(world, cluster, name) }));
      return {
        services: found.flatMap(({ service }) =>
          service ? [serviceView(world, service, input.include)] : [],
        ),
        failures: found
          .filter(({ service }) => !service)
          .map(({ name }) => ({
            arn: arnOf(world, `service/${cluster.name}/${lastPart(name)}`),
            reason: 'MISSING',
          })),
      };
    },

    DeleteService(input: DeleteServiceRequest): DeleteServiceResponse {
      const cluster = requireCluster(world, input.cluster);
      const service = requireService(world, cluster, input.service);
      if (service.status === 'INACTIVE') throw serviceNotActive();
      if (service.desiredCount > 0 && !input.force)
        throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
      Object.assign(service, { status: 'DRAINING', desiredCount: 0 });
      const record = world.serviceDeployments.get(service.serviceDeployment);
      if (record) {
        supersede(record, world.clock.now());
        world.serviceDeployments.set(record.arn, record);
      }
      world.services.set(service.arn, service);
      poke(service.arn);
      return { service: serviceView(world, service) };
    },

    ListServices(input: ListServicesRequest): ListServicesResponse {
      const cluster = requireCluster(world, input.cluster);
      const names = world.services
        .values()
        .filter((service) => service.cluster === cluster.name && service.status !== 'INACTIVE')
        .filter(({ spec }) => !input.launchType || (spec.launchType ?? 'FARGATE') === input.launchType)
        .filter(() => (input.schedulingStrategy ?? 'REPLICA') === 'REPLICA')
        .map(({ arn }) => arn)
        .sort();
      const page = pageOf(names, input, { default: 10, max: 100 });
      return { serviceArns: page.items, nextToken: page.nextToken };
    },
  };
}

const SPEC_FIELDS = [
  'capacityProviderStrategy',
  'launchType',
  'loadBalancers',
  'networkConfiguration',
  'platformVersion',
  'serviceRegistries',
] as const satisfies (keyof ServiceSpec)[];

function specOf(input: Partial<Pick<CreateServiceRequest, (typeof SPEC_FIELDS)[number]>>): ServiceSpec {
  return Object.fromEntries(
    SPEC_FIELDS.filter((field) => input[field] != null).map((field) => [field, input[field]]),
  );
}

function sameSpec(a: ServiceSpec, b: ServiceSpec): boolean {
  const text = (spec: ServiceSpec) => JSON.stringify(SPEC_FIELDS.map((field) => spec[field] ?? null));
  return text(a) === text(b);
}
