/**
 * In what two task definitions differ once AWS's defaults are filled in and the order of what has no order is
 * forgotten; one line each, none when they would run the same.
 */
export function definitionDiff(running: object, wanted: object): string[] {
  const before = flat(normalised(running as Json));
  const after = flat(normalised(wanted as Json));
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const was = before.get(path);
    const is = after.get(path);
    if (was === is) return [];
    return [`${path}: ${shown(was)} -> ${shown(is)}`];
  });
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

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html, API_HealthCheck.html */
const CONTAINER_DEFAULTS = { cpu: 0, essential: true };
const HEALTH_DEFAULTS = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

function normalised(definition: Json): Json {
  const kept = Object.entries(definition).filter(([key]) => !SERVER_ONLY.has(key));
  const { containerDefinitions, tags, requiresCompatibilities, ...rest } = Object.fromEntries(kept);
  return {
    ...rest,
    enableFaultInjection: rest.enableFaultInjection ?? false,
    requiresCompatibilities: [...list<string>(requiresCompatibilities)].sort(),
    tags: byKey(list(tags), ({ key }) => key, textOf),
    container: byKey(list(containerDefinitions), nameOf, normalisedContainer),
  };
}

function normalisedContainer(container: Json): Json {
  const { environment, secrets, portMappings, healthCheck, name: _, ...rest } = container;
  return {
    ...CONTAINER_DEFAULTS,
    ...rest,
    environment: byKey(list(environment), nameOf, textOf),
    secrets: byKey(list(secrets), nameOf, ({ valueFrom }) => valueFrom),
    ports: byKey(
      list(portMappings),
      ({ containerPort, protocol = 'tcp' }) => `${containerPort}/${protocol}`,
      ({ containerPort, hostPort = containerPort, appProtocol, name }) => ({ hostPort, appProtocol, name }),
    ),
    healthCheck: healthCheck ? { ...HEALTH_DEFAULTS, ...(healthCheck as Json) } : undefined,
  };
}

function byKey(items: Json[], key: (item: Json) => unknown, value: (item: Json) => unknown): Json {
  return Object.fromEntries(items.map((item) => [String(key(item)), value(item)]));
}

const nameOf = ({ name }: Json) => name;
const textOf = ({ value }: Json) => value;

function list<T = Json>(value: unknown): T[] {
  return Array.isArray(value) ? value : [];
}

/** Leaves by path; lists are leaves, and what is empty is as good as absent. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (value === undefined || value === null) return new Map();
  if (Array.isArray(value)) return new Map(value.length === 0 ? [] : [[path, JSON.stringify(value)]]);
  if (typeof value !== 'object') return new Map([[path, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, item]) => [...flat(item, path === '' ? key : `${path}.${key}`)]),
  );
}

/** Longer values say enough with their ends: digests differ there. */
const SHOWN = 60;

function shown(text: string | undefined): string {
  if (text === undefined) return 'absent';
  return text.length <= SHOWN ? text : `${text.slice(0, 20)}…${text.slice(-20)}`;
}
