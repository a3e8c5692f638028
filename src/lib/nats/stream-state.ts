import type { Stream } from '../fleet/fleet.ts';
import type { Replica } from './replicas.ts';

/** What JetStream says of a stream: STREAM.INFO, STREAM.LIST and the monitoring's /jsz all say it like this. */
export interface StreamDetail {
  config: StreamConfig;
  state: { messages: number; bytes: number; consumer_count: number; last_ts?: string };
  /** Absent on a server that is in no cluster. */
  cluster?: RaftGroup;
  /** Where they were asked for: those that this server holds. */
  consumer_detail?: ConsumerDetail[];
}

/** Those that keep a stream or a consumer together; only its leader knows the others. */
interface RaftGroup {
  leader?: string;
  replicas?: Replica[];
}

/** What a node says of a consumer; only its leader knows the numbers. */
export interface ConsumerDetail {
  name: string;
  created?: string;
  delivered?: { last_active?: string };
  num_ack_pending: number;
  num_redelivered: number;
  /** Messages of the stream that it has not delivered yet. */
  num_pending: number;
  cluster?: RaftGroup;
}

/** https://docs.nats.io/nats-concepts/jetstream/streams#configuration; times in nanoseconds, -1 and 0 for no limit. */
export interface StreamConfig {
  name: string;
  subjects?: string[];
  retention: Stream['retention'];
  storage: Stream['storage'];
  discard: Stream['discard'];
  max_age: number;
  max_bytes: number;
  max_msg_size?: number;
  max_consumers: number;
  num_replicas: number;
  duplicate_window?: number;
}

/** A stream as it is, in the words of the definition. */
export interface StreamState {
  name: string;
  terms: StreamTerms;
  /** All of it, for what the definition does not speak of. */
  config: StreamConfig;
  messages: number;
  bytes: number;
  consumers: number;
  /** Undefined while it has none, and nothing can be stored. */
  leader: string | undefined;
  /** Besides the leader. */
  replicas: Replica[];
}

/** What the definition can say of a stream; undefined stands for no limit. */
export type StreamTerms = {
  [Term in Exclude<keyof Stream, 'name'>]: Stream[Term] | undefined;
};

const NANOS = 1e9;

/** @param node that told it: without a cluster it leads its streams itself */
export function streamState({ config, state, cluster }: StreamDetail, node: string): StreamState {
  return {
    name: config.name,
    terms: termsOf(config),
    config,
    messages: state.messages,
    bytes: state.bytes,
    consumers: state.consumer_count,
    leader: cluster === undefined ? node : cluster.leader || undefined,
    replicas: cluster?.replicas ?? [],
  };
}

/** What JetStream is to be told of a stream. */
export function streamConfig(stream: Stream): StreamConfig {
  return {
    name: stream.name,
    subjects: stream.subjects,
    retention: stream.retention,
    storage: stream.storage,
    discard: stream.discard,
    max_age: stream.maxAge * NANOS,
    max_bytes: stream.maxBytes ?? -1,
    max_msg_size: stream.maxMessageBytes,
    max_consumers: stream.maxConsumers ?? -1,
    num_replicas: stream.replicas,
    duplicate_window: stream.duplicateWindow * NANOS,
  };
}

function termsOf(config: StreamConfig): StreamTerms {
  return {
    subjects: config.subjects ?? [],
    retention: config.retention,
    storage: config.storage,
    discard: config.discard,
    maxAge: limit(config.max_age / NANOS),
    maxMessageBytes: limit(config.max_msg_size ?? 0),
    maxBytes: limit(config.max_bytes),
    maxConsumers: limit(config.max_consumers),
    replicas: config.num_replicas,
    duplicateWindow: limit((config.duplicate_window ?? 0) / NANOS),
  };
}

function limit(value: number): number | undefined {
  return value > 0 ? value : undefined;
}
