/** What the scheduler knows of whatever runs containers. Processes are one such thing. */
export interface Runtime {
  /** Brings the image to this machine, once. @throws StartError `CannotPullContainerError` */
  pull(reference: string): Promise<LocalImage>;
  /** @throws StartError `CannotStartContainerError` */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** Ends what the runtime keeps going by itself; containers are ended by their tasks. */
  close(): void;
}

export interface LocalImage {
  /** Of the manifest. */
  digest: string;
  /** The unpacked file system, shared by all containers of the image. */
  tree: string;
  environment: Record<string, string>;
  entryPoint: string[];
  command: string[];
  /** Inside the image. */
  workingDirectory: string;
  labels: Record<string, string>;
}

export interface ContainerSpec {
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
  onLine(line: string): void;
}

export interface RunningContainer {
  pid: number;
  exited: Promise<ContainerExit>;
  /** SIGTERM, then SIGKILL after the grace. Settles when the container is gone. */
  stop(graceMilliseconds: number): Promise<void>;
  /** Runs a health command as the container would; false when it fails, is missing or takes too long. */
  check(command: string[], timeoutMilliseconds: number): Promise<boolean>;
}

export interface ContainerExit {
  /** 128 + signal for a process that a signal ended. */
  exitCode: number;
  reason?: string;
}

export type StartErrorKind =
  | 'CannotPullContainerError'
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
