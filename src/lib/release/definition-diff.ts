import { type Change, changesBetween } from './plan/change.ts';
import { flat } from './plan/flat.ts';

/**
 * In what two task definitions differ once AWS's defaults are filled in and the order of what has no order is
 * forgotten; none when they would run the same.
 * @param running undefined for one that is not there: everything is new
 */
export function definitionDiff(running: object | undefined, wanted: object): Change[] {
  const before = running === undefined ? new Map() : flat(normalised(running as Json));
  return changesBetween(before, flat(normalised(wanted as Json)));
}

type Json = Record<string, unknown>;

/** ECS adds these to what was registered. */
const SERVER_ONLY = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** Of Fargate: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html */
const PLATFORM = { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' };

function normalised(definition: Json): Json {
  const kept = Object.entries(definition).filter(([key]) => !SERVER_ONLY.has(key));
  const { containerDefinitions, ...rest } = Object.fromEntries(kept);
  const onFargate = list<string>(rest.requiresCompatibilities).includes('FARGATE');
  return {
    enableFaultInjection: false,
    ...(onFargate && { runtimePlatform: { ...PLATFORM, ...(rest.runtimePlatform as Json) } }),
    ...defined(rest),
    cpu: units(rest.cpu, 'vcpu'),
    memory: units(rest.memory, 'gb'),
    container: list(containerDefinitions).map((container) => normalisedContainer(container, onFargate)),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html; stopTimeout in seconds. */
const CONTAINER_DEFAULTS = {
  cpu: 0,
  essential: true,
  interactive: false,
  privileged: false,
  pseudoTerminal: false,
  readonlyRootFilesystem: false,
  versionConsistency: 'enabled',
};
const FARGATE_STOP_TIMEOUT = 30;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html; seconds. */
const HEALTH_DEFAULTS = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

function normalisedContainer(container: Json, onFargate: boolean): Json {
  const { portMappings, healthCheck } = container;
  return {
    ...CONTAINER_DEFAULTS,
    ...(onFargate && { stopTimeout: FARGATE_STOP_TIMEOUT }),
    ...defined(container),
    portMappings: list(portMappings).map(({ protocol = 'tcp', containerPort, hostPort, ...rest }) => ({
      ...rest,
      ...{ containerPort, protocol, hostPort: hostPort ?? containerPort },
    })),
    healthCheck: healthCheck ? { ...HEALTH_DEFAULTS, ...defined(healthCheck as Json) } : undefined,
  };
}

/** AWS takes `1 vCPU` and `2 GB` for what it tells as units and MiB: 1024 to each. */
function units(value: unknown, unit: 'vcpu' | 'gb'): unknown {
  const [, amount, named] = /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(String(value)) ?? [];
  return named?.toLowerCase() === unit ? String(Number(amount) * 1024) : value;
}

function defined(document: Json): Json {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined));
}

function list<T = Json>(value: unknown): T[] {
  return Array.isArray(value) ? value : [];
}
