import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GsysError } from '../errors.ts';
import type { Definition } from './definition.ts';
import { embeddedEnvironment, embeddedLayout } from './embedded-layout.ts';
import type { BaseImage, Environment, Fleet, NatsNode, RedisNode, Service } from './fleet.ts';
import type { EnvironmentDocument, FleetDocument } from './fleet-schema.ts';
import { natsUser, tlsSecretName } from './identity.ts';
import { parseImageReference } from './image-reference.ts';
import { inVpc } from './in-vpc.ts';
import { DEFAULT_PORT, HEALTH_PORT } from './ports.ts';
import { ROUTES } from './service-schema.ts';

export interface ResolveOptions {
  /** Name of the environment; otherwise the definition's default. */
  environment?: string | undefined;
  /** Folder for machine-local state; otherwise `.gsys` beside gsys.yaml. */
  home?: string | undefined;
  /** The embedded platform's slot, over the definition's. */
  slot?: string | undefined;
  /** In a task of gsys: the folder of the identities that it was given. */
  inVpc?: string | undefined;
}

/** Fills every default in, derives every name, makes every path absolute. */
export function resolveFleet(root: string, definition: Definition, options: ResolveOptions): Fleet {
  const { document } = definition;
  const name = options.environment ?? document.defaultEnvironment;
  const environment = document.environments[name];
  if (environment === undefined) {
    throw new GsysError('UNKNOWN_ENVIRONMENT', `gsys.yaml has no environment ${JSON.stringify(name)}`, {
      next: `use one of: ${Object.keys(document.environments).join(', ')}`,
    });
  }
  return {
    name: document.fleet,
    root,
    contracts: path.resolve(root, document.contracts),
    nats: document.nats,
    redis: document.redis,
    defaults: document.defaults,
    watch: document.watch,
    registryNamespace: document.aws.registryNamespace,
    foreign: document.aws.foreign,
    services: definition.services.map((service) => resolveService(root, definition, name, service)),
    environment: inVpc(resolveEnvironment(root, document, name, environment, options), options.inVpc),
  };
}

function resolveService(
  root: string,
  { document, services }: Definition,
  environment: string,
  { name, document: service }: Definition['services'][number],
): Service {
  const ecsService = service.ecsService ?? document.aws.serviceName.replace('{service}', name);
  const template = service.template ?? 'nats-service.json';
  const { resources, kind, purpose, queueGroup, endpoints, state, probe } = service;
  const { callbacks, discovers, contracts, publishes, consumes } = service;
  return {
    ...{ name, kind, purpose, queueGroup, endpoints, state, probe },
    ...{ callbacks, discovers, contracts, publishes, consumes },
    calls: callsOf(name, service.calls, services),
    ecsService,
    folder: path.join(root, 'services', name),
    repository: `${document.aws.registryNamespace}/${ecsService}`,
    logGroup: service.logGroup ?? document.aws.logGroup,
    template: path.join(root, 'templates', 'task-defs', template),
    port: service.port ?? DEFAULT_PORT,
    healthPort: HEALTH_PORT,
    cpu: resources.cpu ?? document.defaults.cpu,
    memory: resources.memory ?? document.defaults.memory,
    desired: resources.desired ?? document.defaults.desired,
    health: resources.health ?? document.defaults.health,
    scaling: resources.scaling ?? document.defaults.scaling,
    alarms: resources.alarms ?? document.defaults.alarms,
    user: natsUser(document.fleet, name),
    tlsSecret: tlsSecretName(document.fleet, environment, name),
  };
}

/** What a service passes on to follows from what the others serve, so that nobody lists it. */
function callsOf(name: string, calls: string[], services: Definition['services']): string[] {
  const others = services.filter((other) => other.name !== name);
  const routed = others.flatMap(({ document }) =>
    document.endpoints.filter(({ route }) => route !== undefined),
  );
  return calls.flatMap((call) => (call === ROUTES ? routed.map(({ subject }) => subject) : [call]));
}

function resolveEnvironment(
  root: string,
  document: FleetDocument,
  name: string,
  environment: EnvironmentDocument,
  options: ResolveOptions,
): Environment {
  const { aws } = document;
  const stateDir = path.join(options.home ?? path.join(root, '.gsys'), name);
  const common = {
    region: aws.region,
    cluster: aws.cluster,
    alertsTopic: aws.alertsTopic,
    protected: environment.protected,
    image: environment.image && baseImage(environment.image),
    publishEvery: environment.publishEvery,
    release: environment.release,
  };
  if (environment.platform === 'embedded') {
    const slot = chooseSlot(stateDir, environment.slot, options.slot);
    const layout = embeddedLayout(slot, stateDir, document.redis);
    return embeddedEnvironment(name, layout, common, document.fleet);
  }
  const absolute = (file: string) => path.resolve(root, file);
  const { operator } = environment;
  return {
    ...common,
    name,
    platform: 'aws',
    slot: undefined,
    stateDir,
    region: environment.region ?? aws.region,
    account: environment.account,
    endpoint: environment.endpoint,
    credentials: undefined,
    profile: environment.profile,
    network: environment.network,
    roles: environment.roles,
    gateway: { url: environment.gateway.url, targetGroupArn: environment.gateway.targetGroupArn },
    nats: cloudNats(environment.nats, absolute),
    redis: {
      endpoints: environment.redis.endpoints.map(redisNode),
      tls: environment.redis.tls,
      authSecret: environment.redis.authSecret,
    },
    operator: operator && {
      ca: absolute(operator.ca),
      cert: absolute(operator.cert),
      key: absolute(operator.key),
      system: { cert: absolute(operator.system.cert), key: absolute(operator.system.key) },
    },
  };
}

function cloudNats(
  { clientUrls, transport, ssh, nodes, ...servers }: CloudDocument['nats'],
  absolute: (file: string) => string,
): Environment['nats'] {
  const { knownHosts, identity, ...access } = ssh;
  return {
    ...{ clientUrls, transport },
    nodes: nodes.map(({ monitorPort = servers.monitorPort, ...node }) => ({
      ...node,
      ...cloudServer(node.name, servers),
      monitorPort,
    })),
    ssh: {
      ...access,
      knownHosts: knownHosts && absolute(knownHosts),
      identity: identity && absolute(identity),
    },
  };
}

function cloudServer(
  node: string,
  {
    folder,
    storeDir,
    maxFile,
    maxMemory,
  }: Pick<CloudDocument['nats'], 'folder' | 'storeDir' | 'maxFile' | 'maxMemory'>,
): Pick<NatsNode, 'folder' | 'listen' | 'jetstream'> {
  const own = folder.replaceAll('{node}', node);
  const store = storeDir.replaceAll('{folder}', own).replaceAll('{node}', node);
  return { folder: own, listen: '0.0.0.0', jetstream: { storeDir: store, maxFile, maxMemory } };
}

type CloudDocument = Extract<EnvironmentDocument, { platform: 'aws' }>;

function baseImage({ base, node, architecture }: NonNullable<EnvironmentDocument['image']>): BaseImage {
  const reference = parseImageReference(base);
  if (reference === undefined) throw new Error(`the schema let ${base} through`);
  return { ...reference, base, node, architecture };
}

/** The slot that `local up --slot N` chose last, so that every later command finds the same platform. */
export function slotFile(stateDir: string): string {
  return path.join(stateDir, 'slot');
}

function chooseSlot(stateDir: string, defined: number, wanted: string | undefined): number {
  const file = slotFile(stateDir);
  const text = wanted ?? (existsSync(file) ? readFileSync(file, 'utf8').trim() : String(defined));
  const slot = Number(text);
  if (text !== '' && Number.isInteger(slot) && slot >= 0 && slot <= 63) return slot;
  throw new GsysError('USAGE', `a slot is a whole number from 0 to 63, not ${JSON.stringify(text)}`, {
    next: wanted === undefined ? `delete ${file}, then: gsys local up` : 'gsys local up --slot 1',
  });
}

function redisNode(endpoint: string | { at: string; az: string }): RedisNode {
  return typeof endpoint === 'string'
    ? parseHostPort(endpoint)
    : { ...parseHostPort(endpoint.at), az: endpoint.az };
}

function parseHostPort(text: string): { host: string; port: number } {
  const [host = '', port = ''] = text.split(':');
  return { host, port: Number(port) };
}
