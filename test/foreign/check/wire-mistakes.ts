import { NormalizedSchema } from '@smithy/core/schema';
import { SDK, type ServiceId } from '../calls/services.ts';
import type { Exchange } from '../support/recorder.ts';
import { errorOf, resultOf } from './read-xml.ts';
import { shapeMistakes } from './shape-mistakes.ts';

/**
 * Holds an answer as it went over the wire against the schemas that the SDK exports.
 * @returns one sentence per mistake
 */
export function wireMistakes(service: ServiceId, exchange: Exchange): string[] {
  const type = exchange.headers['content-type'] ?? '';
  if (!exchange.headers['x-amzn-requestid']) return ['there is no request id'];
  if (/^application\/x-amz-json-1\.[01]$/.test(type)) return jsonMistakes(service, exchange);
  if (type === 'text/xml') return xmlMistakes(service, exchange);
  return [`the content type is ${JSON.stringify(type)}`];
}

function jsonMistakes(service: ServiceId, { operation, status, body }: Exchange): string[] {
  if (status === 200) {
    const schema = outputOf(service, operation);
    if (schema.isUnitSchema()) return body === '' || body === '{}' ? [] : [`${body} where nothing is to be`];
    return shapeMistakes(schema, JSON.parse(body), 'json');
  }
  const { __type: code, message, ...members } = JSON.parse(body) as Record<string, unknown>;
  return errorMistakes(service, { code, message, members }, 'json');
}

function xmlMistakes(service: ServiceId, { operation, status, body }: Exchange): string[] {
  if (status === 200) {
    const schema = outputOf(service, operation);
    const result = resultOf(body, operation, schema);
    return schema.isUnitSchema() ? [] : shapeMistakes(schema, result, 'xml');
  }
  const { Code: code, Message: message, Type: type, ...members } = errorOf(body);
  const wrongType = type === 'Sender' || type === 'Receiver' ? [] : [`the error's Type is ${type}`];
  return [...wrongType, ...errorMistakes(service, { code, message, members }, 'xml')];
}

function outputOf(service: ServiceId, operation: string): NormalizedSchema {
  return NormalizedSchema.of(schemaOf(service, operation)?.[5] as never);
}

/** Errors that the API declares have schemas; the others a code and a sentence. */
function errorMistakes(
  service: ServiceId,
  { code, message, members }: { code: unknown; message: unknown; members: object },
  dialect: 'json' | 'xml',
): string[] {
  if (typeof code !== 'string' || typeof message !== 'string' || message === '')
    return [`the error has the code ${code} and the message ${message}`];
  const declared = schemaOf(service, code);
  if (!declared) return Object.keys(members).map((name) => `${code} has the member ${name}`);
  return shapeMistakes(NormalizedSchema.of(declared as never), members, dialect).filter(
    (mistake) => !/\bmessage is missing/i.test(mistake),
  );
}

function schemaOf(service: ServiceId, name: string): unknown[] | undefined {
  const schema = (SDK[service].package as Record<string, unknown>)[`${name}$`];
  return Array.isArray(schema) ? schema : undefined;
}
