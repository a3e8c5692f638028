import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';

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
      StopSignal?: string;
    };
    rootfs?: { type: string; diff_ids: string[] };
    history?: object[];
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

/** CloudWatch, as the platform's own parts feed it: what AWS services put into their AWS/… namespaces. */
export interface MetricSink {
  /** Never throws; what is wrong with a datum is a bug of the caller and reported as one. */
  put(data: MetricDatum[]): void;
}

export interface MetricDatum {
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  value: number;
  /** A StandardUnit of CloudWatch: `Percent`, `Count`, … */
  unit: string;
  /** Milliseconds since the epoch; now unless given. */
  timestamp?: number;
}

/** What an alarm's action does: a topic that publishes, a scaling policy that scales. */
export interface AlarmAction {
  /** Does an ARN name something of this kind? */
  takes(arn: string): boolean;
  /**
   * @returns what the alarm's history says of it; a failure is recorded there and never thrown at the alarm
   */
  act(arn: string, alarm: AlarmTransition): Promise<{ ok: true } | { ok: false; why: string }>;
}

export interface AlarmTransition {
  alarmArn: string;
  alarmName: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  previous: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  reason: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Values of the latest periods, newest first, where the alarm watches a metric. */
  recent: number[];
  /** What SNS carries: the JSON document that CloudWatch publishes on a state change. */
  message: string;
}

/** CloudWatch's alarms, as services that look at them, or keep some of their own, know them. */
export interface AlarmBook {
  /** Undefined for an alarm that is not there. */
  stateOf(name: string): AlarmTransition['state'] | undefined;
  /** As PutMetricAlarm. Rejects with its AwsError. */
  put(alarm: PutMetricAlarmInput): Promise<void>;
  /** As DeleteAlarms; names that are not there are none of its business. */
  delete(names: string[]): Promise<void>;
}

/** ECS, as what scales its services knows it. Services go by `service/cluster/name`. */
export interface ScalableServices {
  find(resourceId: string): ScalableService | undefined;
  /** As UpdateService with a desired count alone. */
  setDesiredCount(resourceId: string, count: number): void;
}

export interface ScalableService {
  desiredCount: number;
  runningCount: number;
  /** A deployment is under way: nobody scales in meanwhile. */
  deploying: boolean;
}
