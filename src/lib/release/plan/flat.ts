/**
 * A document of AWS's as leaves by path: `container.settings-nats.environment.PORT`. Lists that AWS keeps no order in
 * go by what their items are called; what is empty is as good as absent.
 */
export function flat(document: unknown): Map<string, unknown> {
  return new Map(leavesOf(document, '', ''));
}

type Leaf = [path: string, value: unknown];

function leavesOf(value: unknown, path: string, field: string): Leaf[] {
  if (value === undefined || value === null) return [];
  const below = (key: string, part: unknown, of: string) =>
    leavesOf(part, path === '' ? key : `${path}.${key}`, of);
  if (Array.isArray(value)) {
    const list = LISTS[field];
    if (list !== undefined) return value.flatMap((item) => below(list.name(item), list.content(item), ''));
    if (value.length === 0) return [];
    return [[path, SETS.has(field) ? [...value].sort() : value]];
  }
  if (typeof value !== 'object') return [[path, value]];
  return Object.entries(value).flatMap(([key, part]) => below(key, part, key));
}

type Item = Record<string, unknown>;

interface List {
  name(item: Item): string;
  content(item: Item): unknown;
}

/** Lists in no order, and what their items go by. */
const LISTS: Record<string, List> = {
  container: itemsBy('name'),
  environment: pairs('name', 'value'),
  secrets: pairs('name', 'valueFrom'),
  secretOptions: pairs('name', 'valueFrom'),
  tags: pairs('key', 'value'),
  volumes: itemsBy('name'),
  mountPoints: itemsBy('containerPath'),
  volumesFrom: itemsBy('sourceContainer'),
  dependsOn: itemsBy('containerName'),
  ulimits: itemsBy('name'),
  systemControls: itemsBy('namespace'),
  extraHosts: itemsBy('hostname'),
  portMappings: {
    name: ({ containerPort, containerPortRange, protocol }) =>
      `${containerPort ?? containerPortRange}/${protocol}`,
    content: ({ containerPort: _, containerPortRange: __, protocol: ___, ...rest }) => rest,
  },
};

/** Lists of mere words in no order. */
const SETS = new Set(['requiresCompatibilities', 'subnets', 'securityGroups', 'add', 'drop']);

function itemsBy(field: string): List {
  return { name: (item) => String(item[field]), content: ({ [field]: _, ...rest }) => rest };
}

function pairs(name: string, value: string): List {
  return { name: (item) => String(item[name]), content: (item) => item[value] };
}
