/** What the scheduler knows of whatever runs containers. Processes are one such thing. */
export interface Runtime {
  /** Brings the image to this machine, once. @throws StartError `CannotPullContainerError` */
  pull(reference: string): Promise<LocalImage>;
  /** @throws StartError `CannotStartContainerError` */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** What containers have used so far, all in one look; one that cannot be told is left out. */
  usage(containers: RunningContainer[]): Promise<Map<RunningContainer, ContainerUsage>>;
  /** Ends what the runtime keeps going by itself; containers are ended by their tasks. */
  close(): void | Promise<void>;
}

export interface LocalImage {
  /** Of the manifest. */
  digest: string;
  /** The file system, shared by all containers of the image: an unpacked folder, or the image's name in Docker. */
  tree: string;
  environment: Record<string, string>;
  entryPoint: string[];
  command: string[];
  /** Inside the image. */
  workingDirectory: string;
  labels: Record<string, string>;
  /** What asks its process to end; SIGTERM unless the image says otherwise. */
  stopSignal: string;
}

export interface ContainerSpec {
  /** Of the task definition. */
  name: string;
  image: LocalImage;
  entryPoint?: string[] | undefined;
  command?: string[] | undefined;
  workingDirectory?: string | undefined;
  /** Of the task definition, with overrides and secrets; what the image sets is added below it. */
  environment: Record<string, string>;
  /** The task's own address. */
  address: string;
  hostname: string;
  /** A private folder of the task; it goes when the task goes. */
  tempFolder: string;
  /** Bytes. `task` is what all containers of one task may use together. */
  memory: { container: number | undefined; task: { id: string; limit: number } };
  /** CPU units, 1024 for a core: what the task may use, and the container's part when cores are short. */
  cpu: { container: number | undefined; task: number };
  linux: LinuxOptions;
  onLine(line: string): void;
}

/** What the kernel does for a container, and nobody for a plain process. */
export interface LinuxOptions {
  user: string | undefined;
  readonlyRoot: boolean;
  /** A first process that collects orphans. */
  init: boolean;
  capabilities: { add: string[]; drop: string[] };
  ulimits: { name: string; soft: number; hard: number }[];
}

export interface RunningContainer {
  /** Docker's, where there is one. */
  id?: string;
  /** Of the first process, leader of its group, as this machine counts; undefined when it has ended already. */
  pid: number | undefined;
  exited: Promise<ContainerExit>;
  /** The image's stop signal, then SIGKILL after the grace. Settles when the container is gone. */
  stop(graceMilliseconds: number): Promise<void>;
  /** Runs a health command as the container would; false when it fails, is missing or takes too long. */
  check(command: string[], timeoutMilliseconds: number): Promise<boolean>;
}

export interface ContainerUsage {
  /** Processor time since its start. */
  cpuMilliseconds: number;
  memoryBytes: number;
}

export interface ContainerExit {
  /** 128 + signal for a process that a signal ended. */
  exitCode: number;
  reason?: string;
}

/** ECS's words for a container that the kernel, or the platform in its place, ended for its memory. */
export const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

export type StartErrorKind =
  | 'CannotPullContainerError'
  | 'CannotCreateContainerError'
  | 'CannotStartContainerError'
  | 'ResourceInitializationError';

/** Why a task never ran; the message begins with the kind, as ECS's stopped reasons do. */
export class StartError extends Error {
  readonly kind: StartErrorKind;

  constructor(kind: StartErrorKind, sentence: string, cause?: unknown) {
    super(`${kind}: ${sentence}`, { cause });
    this.kind = kind;
  }
}
