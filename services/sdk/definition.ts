import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the image build writes beside main.js from service.yaml: the service's only list of its endpoints. */
export interface Definition {
  name: string;
  purpose: string;
  queueGroup?: string | undefined;
  endpoints: EndpointDefinition[];
  /** Subjects; `evt.>` of a service that passes on what others name. */
  publishes?: string[];
  /** Streams that it may consume, and by which durable; `*` is any. */
  consumes?: { stream: string; durable: string }[];
  /** What it may ask. */
  calls?: CallDefinition[];
  state?: {
    /** Names of the JetStream KV buckets that the service may use: its permissions cover these. */
    kv?: string[];
    /** Seconds after which keys of a bucket expire; those of others never do. */
    expire?: Record<string, number> | undefined;
    /** Of all its keys in Redis: `ai-integration:`. */
    redisPrefix?: string | undefined;
  };
}

/** What the contract of whoever serves a subject says of it. */
export interface CallDefinition {
  subject: string;
  request: string;
  response: string;
  idempotent: boolean;
  streaming: boolean;
  /** Seconds. */
  timeout: number;
}

export interface EndpointDefinition {
  name: string;
  subject: string;
  /** Protobuf message types. */
  request: string;
  response: string;
  idempotent: boolean;
  /** The reply comes in parts. */
  streaming?: boolean;
  /** Seconds a caller waits. */
  timeout: number;
}

/** @param folder where main.js is */
export function readDefinition(folder: string): Definition {
  const file = path.join(folder, 'service.json');
  const definition = JSON.parse(readFileSync(file, 'utf8')) as Partial<Definition>;
  if (typeof definition.name !== 'string' || !Array.isArray(definition.endpoints))
    throw new Error(`${file} is not a service definition: it needs a name and endpoints.`);
  return { purpose: '', ...definition, name: definition.name, endpoints: definition.endpoints };
}
