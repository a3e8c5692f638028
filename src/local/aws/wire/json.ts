import { JsonCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';
import { hasOperation, operationSchemas, queryError, type Wire } from './wire.ts';

// The settings of the SDK's own AwsJsonRpcProtocol: 7 is "seconds since the epoch".
const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

/** awsJson 1.0 and 1.1 differ in the content type alone. */
export function jsonWire(version: '1.0' | '1.1'): Wire {
  return {
    contentType: `application/x-amz-json-${version}`,
    internalCode: 'InternalServerError',
    unsignedCode: 'MissingAuthenticationTokenException',
    find({ target = '', body }, services) {
      const dot = target.lastIndexOf('.');
      const prefix = target.slice(0, dot);
      const name = target.slice(dot + 1);
      const service = services.find((it) => it.protocol === 'awsJson' && it.target === prefix);
      if (!service || !hasOperation(service, name))
        throw new AwsError('UnknownOperationException', `The operation ${target} is not known here.`);
      const schemas = operationSchemas(service, name);
      return { service, name, ...schemas, read: () => decode(schemas.input, body) };
    },
    success(call, output) {
      // What an operation without an output answers: nothing at all.
      if (call.output.isUnitSchema()) return '';
      const serializer = codec.createSerializer();
      serializer.write(call.output, output);
      return String(serializer.flush());
    },
    failure(error, _requestId, service) {
      const body = JSON.stringify({ __type: error.code, message: error.message });
      if (service?.queryVersion === undefined) return { status: error.status, body };
      // Clients that came from awsQuery still switch on the names that errors had there.
      const { code, status } = queryError(error, service);
      const headers = { 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` };
      return { status, body, headers };
    },
  };
}

async function decode(schema: NormalizedSchema, body: Buffer): Promise<unknown> {
  try {
    return await codec.createDeserializer().read(schema, body.length === 0 ? '{}' : body.toString());
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON of this operation.');
  }
}
