import type {
  ContainerDefinition,
  DeregisterTaskDefinitionRequest,
  DeregisterTaskDefinitionResponse,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
  ListTaskDefinitionsRequest,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionRequest,
  RegisterTaskDefinitionResponse,
} from '@aws-sdk/client-ecs';
import { arnOf } from '../arns.ts';
import { taskDefinitionMistake } from '../check-task-definition.ts';
import { clientError, invalidParameter } from '../errors.ts';
import { unitsOf } from '../fargate-sizes.ts';
import { forgetOldDefinitions } from '../keep-bounded.ts';
import type { DefinitionRecord } from '../records.ts';
import { definitionView } from '../views/definition-view.ts';
import type { World } from '../world.ts';
import { checkTags } from './check-tags.ts';
import { findDefinition } from './look-up.ts';
import { pageOf } from './pages.ts';

export function taskDefinitionOperations(world: World) {
  return {
    async RegisterTaskDefinition(
      input: RegisterTaskDefinitionRequest,
    ): Promise<RegisterTaskDefinitionResponse> {
      const mistake = taskDefinitionMistake(input);
      if (mistake) throw clientError(mistake);
      const { tags: given, family = '', ...definition } = input;
      const tags = checkTags(given);
      const revisions = world.definitions.values().filter((one) => one.family === family);
      const revision = 1 + Math.max(0, ...revisions.map((one) => one.revision));
      const record: DefinitionRecord = {
        ...definition,
        family,
        revision,
        taskDefinitionArn: arnOf(world, `task-definition/${family}:${revision}`),
        containerDefinitions: (definition.containerDefinitions ?? []).map(withDefaults),
        taskCpu: unitsOf(definition.cpu, 'vcpu'),
        taskMemory: unitsOf(definition.memory, 'gb'),
        volumes: definition.volumes ?? [],
        placementConstraints: definition.placementConstraints ?? [],
        compatibilities: ['EC2', 'FARGATE'],
        status: 'ACTIVE',
        registeredAt: world.clock.now(),
        registeredBy: `arn:aws:iam::${world.account}:root`,
        tags,
      };
      await world.definitions.put(record.taskDefinitionArn, record);
      forgetOldDefinitions(world, family);
      return { taskDefinition: definitionView(record), tags };
    },

    DescribeTaskDefinition(input: DescribeTaskDefinitionRequest): DescribeTaskDefinitionResponse {
      const definition = findDefinition(world, input.taskDefinition ?? '');
      if (!definition) throw clientError('Unable to describe task definition.');
      const tags = input.include?.includes('TAGS') ? { tags: definition.tags } : {};
      return { taskDefinition: definitionView(definition), ...tags };
    },

    async DeregisterTaskDefinition(
      input: DeregisterTaskDefinitionRequest,
    ): Promise<DeregisterTaskDefinitionResponse> {
      if (!/:\d+$/.test(input.taskDefinition ?? ''))
        throw invalidParameter('The revision of the task definition must be given: family:revision.');
      const definition = findDefinition(world, input.taskDefinition ?? '');
      if (!definition) throw clientError('The specified task definition does not exist.');
      const inactive = { ...definition, status: 'INACTIVE' as const, deregisteredAt: world.clock.now() };
      await world.definitions.put(definition.taskDefinitionArn, inactive);
      return { taskDefinition: definitionView(inactive) };
    },

    ListTaskDefinitions(input: ListTaskDefinitionsRequest): ListTaskDefinitionsResponse {
      const status = input.status ?? 'ACTIVE';
      const found = world.definitions
        .values()
        .filter((one) => one.status === status && (!input.familyPrefix || one.family === input.familyPrefix))
        .sort((a, b) => (a.family === b.family ? a.revision - b.revision : a.family < b.family ? -1 : 1));
      if (input.sort === 'DESC') found.reverse();
      const page = pageOf(
        found.map((one) => one.taskDefinitionArn),
        input,
        { default: 100, max: 100 },
      );
      return { taskDefinitionArns: page.items, nextToken: page.nextToken };
    },

    ListTaskDefinitionFamilies(input: ListTaskDefinitionFamiliesRequest): ListTaskDefinitionFamiliesResponse {
      const { familyPrefix = '', status = 'ALL' } = input;
      const all = world.definitions.values().filter(({ family }) => family.startsWith(familyPrefix));
      const active = new Set(all.filter((one) => one.status === 'ACTIVE').map(({ family }) => family));
      const families = [...new Set(all.map(({ family }) => family))]
        .filter((family) => status === 'ALL' || active.has(family) === (status === 'ACTIVE'))
        .sort();
      const page = pageOf(families, input, { default: 100, max: 100 });
      return { families: page.items, nextToken: page.nextToken };
    },
  };
}

/** What ECS fills in when it registers a container. */
function withDefaults(container: ContainerDefinition): DefinitionRecord['containerDefinitions'][number] {
  const { healthCheck } = container;
  return {
    ...container,
    name: container.name ?? '',
    image: container.image ?? '',
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    portMappings: (container.portMappings ?? []).map((port) => ({
      ...port,
      hostPort: port.containerPort,
      protocol: port.protocol ?? 'tcp',
    })),
    ...(healthCheck && {
      healthCheck: {
        ...healthCheck,
        interval: healthCheck.interval ?? 30,
        timeout: healthCheck.timeout ?? 5,
        retries: healthCheck.retries ?? 3,
      },
    }),
  };
}
