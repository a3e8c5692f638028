/** What the parts of the embedded platform know of each other. */

/** The awslogs driver's side of CloudWatch Logs. Groups must exist; streams are made as needed. */
export interface LogSink {
  /** @returns false when the group does not exist, as the driver would fail to start. */
  hasGroup(group: string): boolean;
  /** Timestamps in milliseconds since the epoch. */
  append(group: string, stream: string, events: { timestamp: number; message: string }[]): void;
}

/** What ECS's agent resolves `secrets[].valueFrom` with. Throws with the sentence that the stopped task shows. */
export interface SecretSource {
  /** @param valueFrom secret ARN, optionally `:json-key:version-stage:version-id`; or an SSM name or ARN. */
  resolve(valueFrom: string): string;
}

/** The registry, as the agent that pulls sees it. */
export interface ImageSource {
  /**
   * @param reference `host/repository@sha256:…` or `host/repository:tag`
   * @throws Error with the sentence behind `CannotPullContainerError: `
   */
  resolve(reference: string): PulledImage;
}

export interface PulledImage {
  /** Of the manifest: what `imageDigest` shows. */
  digest: string;
  config: {
    architecture?: string;
    os?: string;
    config?: {
      Env?: string[];
      Entrypoint?: string[];
      Cmd?: string[];
      WorkingDir?: string;
      Labels?: Record<string, string>;
    };
  };
  /** Bottom first; files of the blob store, read-only. */
  layers: { digest: string; mediaType: string; file: string }[];
}

/** One running or starting task, for `local status` and the front listener. */
export interface TaskView {
  /** ECS service name, or undefined for a one-off task. */
  ecsService: string | undefined;
  taskArn: string;
  taskDefinition: string;
  lastStatus: string;
  healthStatus: string;
  pid: number | undefined;
  containerId: string;
  /** The task's own address. */
  address: string;
  healthUrl: string | undefined;
}
