import type { FleetDocument, StreamDocument } from './fleet-schema.ts';
import type { Generations } from './generations.ts';
import type { ImageReference } from './image-reference.ts';
import type { EndpointDocument, ServiceDocument } from './service-schema.ts';

/** The definition, resolved: every default filled in, every name derived, every path absolute. */
export interface Fleet {
  name: string;
  /** The folder that holds gsys.yaml. */
  root: string;
  /** The FileDescriptorSet of all contracts. */
  contracts: string;
  nats: FleetDocument['nats'];
  redis: FleetDocument['redis'];
  defaults: FleetDocument['defaults'];
  watch: FleetDocument['watch'];
  /** Before the names of all repositories. */
  registryNamespace: string;
  /** Globs of ECS service names that live in the cluster and are not ours to judge. */
  foreign: string[];
  /** Sorted by name. */
  services: Service[];
  environment: Environment;
  /** As the environment's own record has them; undefined: nobody asked it. */
  generations?: Generations;
}

export type Endpoint = EndpointDocument;
export type Stream = StreamDocument;

export interface Service
  extends Pick<
    ServiceDocument,
    | 'kind'
    | 'purpose'
    | 'queueGroup'
    | 'endpoints'
    | 'calls'
    | 'callbacks'
    | 'discovers'
    | 'contracts'
    | 'publishes'
    | 'consumes'
    | 'state'
    | 'probe'
  > {
  /** The folder's name: `settings`. Also its ADR-32 service name. */
  name: string;
  /** ECS service, task definition family, container, and log stream prefix: `settings-nats`. */
  ecsService: string;
  folder: string;
  repository: string;
  logGroup: string;
  /** Absolute path of its task definition template. */
  template: string;
  /** TCP port of its own listener (the gateway's), besides the health port. */
  port: number;
  healthPort: number;
  /** Task cpu units and MiB. */
  cpu: number;
  memory: number;
  desired: number;
  health: FleetDocument['defaults']['health'];
  scaling: FleetDocument['defaults']['scaling'];
  alarms: FleetDocument['defaults']['alarms'];
  /** Its identity: the DNS SAN of its certificate, and so its NATS user. */
  user: string;
  /** Secrets Manager name of its certificate bundle. */
  tlsSecret: string;
}

export interface NatsNode {
  name: string;
  host: string;
  az: string;
  clientPort: number;
  routePort: number;
  /** Of its monitoring, which listens on 127.0.0.1 alone. */
  monitorPort: number;
  /** Address that it binds; clients and peers dial `host`. */
  listen: string;
  /** Where JetStream keeps what it is given, and how much of it; bytes. */
  jetstream: { storeDir: string; maxFile: number; maxMemory: number };
  /** On the node: its configuration, its pid file, and `tls/` with its key, certificate and trust bundle. */
  folder: string;
  instanceId?: string | undefined;
}

/** What the system's OpenSSH is told besides what its own configuration says. */
export interface SshAccess {
  user?: string | undefined;
  port?: number | undefined;
  /** File with the hosts' keys; the user's own unless given. */
  knownHosts?: string | undefined;
  /** File with the private key to log in with. */
  identity?: string | undefined;
}

export interface RedisNode {
  host: string;
  port: number;
  /** Undefined: the definition does not say. */
  az?: string;
}

export interface KeyPairFiles {
  cert: string;
  key: string;
}

/** An image that services stand on, pinned. */
export interface BaseImage extends ImageReference {
  /** As it is written in gsys.yaml. */
  base: string;
  /** Major version of its Node, where it does not say so itself. */
  node: number | undefined;
  architecture: 'amd64' | 'arm64';
}

/** Where the fleet runs, and who we are there. Local and cloud differ in values only. */
export interface Environment {
  name: string;
  platform: 'embedded' | 'aws';
  /** Of the embedded platform: decides its ports and task addresses. */
  slot: number | undefined;
  protected: boolean;
  /** Folder for what gsys keeps on this machine about this environment. */
  stateDir: string;
  account: string;
  region: string;
  cluster: string;
  alertsTopic: string;
  /** Undefined means AWS itself. */
  endpoint: string | undefined;
  /** Given for the embedded platform only; elsewhere the profile decides. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
  profile: string | undefined;
  network: { subnets: string[]; securityGroups: string[]; assignPublicIp: boolean };
  /** `runner`: of gsys's own task, for --in-vpc. */
  roles: { execution: string; task: string; runner?: string | undefined };
  gateway: { url: string; targetGroupArn: string | undefined };
  nats: {
    clientUrls: string[];
    /** How gsys reaches the machine of a node. */
    transport: 'ssm' | 'ssh' | 'local';
    ssh?: SshAccess;
    nodes: NatsNode[];
  };
  /** The nodes to start from; each has to be asked. */
  redis: { endpoints: RedisNode[]; tls: boolean; authSecret: string | undefined };
  operator: (KeyPairFiles & { ca: string; system: KeyPairFiles }) | undefined;
  /** Seen from a task of gsys, which has no files of anybody's machine. */
  inVpc?: true;
  /** What stands under the services' images; undefined: this machine's own Node. */
  image: BaseImage | undefined;
  /** Seconds between two runs of `gsys alarms publish` on somebody's schedule; 0: nobody runs it. */
  publishEvery: number;
  release: FleetDocument['environments'][string]['release'];
}
