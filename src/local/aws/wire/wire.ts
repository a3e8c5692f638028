import { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError, AwsService } from '../service.ts';

/** One way of writing calls and answers. */
export interface Wire {
  /** Of every answer. */
  contentType: string;
  /** Names what the request calls; throws the protocol's own error when no service has it. */
  find(request: CallRequest, services: AwsService[]): Call;
  /** @param requestId for the protocols that carry it in the body */
  success(call: Call, output: object, requestId: string): string;
  /** @param service undefined when the call never reached one */
  failure(error: AwsError, requestId: string, service: AwsService | undefined): Failure;
  /** Code of an error that is our own fault. */
  internalCode: string;
  /** Code of the error for a call that is not signed. */
  unsignedCode: string;
}

export interface Failure {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

export interface CallRequest {
  target: string | undefined;
  /** Service id of the credential scope. */
  scope: string;
  body: Buffer;
}

export interface Call {
  service: AwsService;
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  /** Decodes the input; throws AwsError when the body is not what the schema says. */
  read(): Promise<unknown>;
}

/** The schemas that the client package exports for an operation: `[9, namespace, name, traits, input, output]`. */
export function operationSchemas(service: AwsService, name: string): Pick<Call, 'input' | 'output'> {
  const schema = service.schemas[`${name}$`];
  if (!Array.isArray(schema)) throw new Error(`${service.id} has no schema for its operation ${name}.`);
  return { input: NormalizedSchema.of(schema[4]), output: NormalizedSchema.of(schema[5]) };
}

/** Errors of every service, whose names differ by protocol. */
const QUERY_NAMES: Record<string, string> = { ThrottlingException: 'Throttling' };

/** How query clients know an error: a name of its own and a status, where the schemas give it them. */
export function queryError(
  { code, status }: AwsError,
  service: AwsService | undefined,
): { code: string; status: number } {
  const schema = service?.schemas[`${code}$`];
  const traits: unknown = Array.isArray(schema) ? schema[3] : undefined;
  const named = (traits as { awsQueryError?: [string, number] } | undefined)?.awsQueryError;
  return named ? { code: named[0], status: named[1] } : { code: QUERY_NAMES[code] ?? code, status };
}

/** An operation by name, and nothing that the table merely inherits. */
export function hasOperation(service: AwsService, name: string): boolean {
  return Object.hasOwn(service.operations, name);
}
