import type { RecordedRelease } from '../../release/history.ts';
import type { ListedAlarm } from '../alarms/list.ts';
import type { ServiceStatus } from '../status.ts';
import type { Notice } from './notices.ts';
import type { Trail } from './watched.ts';

/** How much a row wants to be looked at; `unknown`: what is known of it is old, or nothing is. */
export type Severity = 'fail' | 'unknown' | 'warn' | 'none';

interface Row {
  name: string;
  severity: Severity;
  /** What is the matter, in a few words; empty where nothing that was looked at is. */
  why: string;
  /** What it shows is of then; milliseconds since the epoch. Undefined while it is of now. */
  oldSince: number | undefined;
}

export interface ServiceRow extends Row {
  /** Undefined until ECS has told. */
  status: ServiceStatus | undefined;
  /** Whether ECS has told of tasks, and so of health. */
  healthKnown: boolean;
  /** Instances that answer over NATS; undefined while nobody knows. */
  instances: number | undefined;
  perSecond: number | undefined;
  /** Share of requests, 0 to 1. */
  errors: number | undefined;
  /** Mean milliseconds of a request. */
  latency: number | undefined;
  lastError: string | undefined;
  trail: Trail;
  firing: number;
}

export interface NodeRow extends Row {
  peers: number | undefined;
  /** That it should have. */
  others: number;
  leads: boolean;
  version: string | undefined;
  clients: number | undefined;
  /** Share of clients that speak TLS, 0 to 1. */
  encrypted: number | undefined;
  perSecond: number | undefined;
  bytesPerSecond: number | undefined;
  /** Cut off since it started, and since the look before. */
  slow: number | undefined;
  slowNew: number | undefined;
  memory: number | undefined;
  cpu: number | undefined;
  storage: { used: number; most: number } | undefined;
  /** Until the first of its certificates ends. */
  daysLeft: number | undefined;
  trail: Trail;
}

export interface ShardRow extends Row {
  primary: string;
  slots: number | undefined;
  replicas: number | undefined;
  replicasWanted: number;
  clients: number | undefined;
  perSecond: number | undefined;
  memory: number | undefined;
  /** 0: none. */
  memoryLimit: number | undefined;
  evicted: number | undefined;
  daysLeft: number | undefined;
}

export interface AlarmRow extends Row {
  alarm: ListedAlarm;
}

export interface TaskRow {
  id: string;
  status: string;
  health: string;
  revision: string;
  /** Milliseconds since the epoch. */
  since: number | undefined;
  answers: boolean | undefined;
  /** Why it stopped. */
  note: string;
}

/** One service, closely. */
export interface Detail {
  row: ServiceRow;
  scaling: { min: number; max: number };
  tasks: TaskRow[];
  tasksOldSince: number | undefined;
  events: Notice[];
  /** The last one that changed it, among the last releases; null: none of them did. */
  release: RecordedRelease | null | undefined;
  log: { at: string; task: string; level: string | undefined; message: string }[];
  logTrouble: string | undefined;
}

/** The fleet as it is drawn. Plain data; texts of others are still as they wrote them. */
export interface TopSnapshot {
  fleet: string;
  environment: string;
  /** What a change has to be confirmed with besides. */
  protected: boolean;
  /** Milliseconds since the epoch. */
  at: number;
  /** Whom nobody hears any more, since when; without a reason, the answer is late: by them, or by this machine. */
  lost: { what: string; since: number; heard: boolean; why: string | undefined }[];
  services: ServiceRow[];
  nodes: NodeRow[];
  shards: ShardRow[];
  /** Shards whose primary answers, of those of the definition; undefined before Redis was asked. */
  shardsServed: number | undefined;
  shardsWanted: number;
  alarms: AlarmRow[];
  alarmsOldSince: number | undefined;
  /** Newest first. */
  events: Notice[];
  release: RecordedRelease | null | undefined;
  detail: Detail | undefined;
}
