import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the image build writes beside main.js from service.yaml: the service's only list of its endpoints. */
export interface Definition {
  name: string;
  purpose: string;
  /** Protobuf package: `settings.v1`. */
  proto?: string | undefined;
  queueGroup?: string | undefined;
  endpoints: EndpointDefinition[];
  /** Subjects; `evt.>` of a service that passes on what others name. */
  publishes?: string[];
  /** Streams that it may consume, and by which durable; `*` is any. */
  consumes?: { stream: string; durable: string }[];
  /** Names of the JetStream KV buckets that the service may use: its permissions cover these. */
  state?: { kv?: string[] };
}

export interface EndpointDefinition {
  name: string;
  subject: string;
  /** Protobuf message types. */
  request: string;
  response: string;
  idempotent: boolean;
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

/** The bucket of a service that has one. */
export function bucketName({ name, state }: Definition): string {
  const [bucket] = state?.kv ?? [];
  if (bucket === undefined) throw new Error(`services/${name}/service.yaml declares no state.kv.`);
  return bucket;
}
