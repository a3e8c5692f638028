import { XmlCodec } from '@aws-sdk/core/protocols';
import { AwsError, type AwsService } from '../service.ts';
import { readQuery } from './query-reader.ts';
import { hasOperation, operationSchemas, queryError, type Wire } from './wire.ts';

/** awsQuery: a form goes in, XML comes out. */
export const queryWire: Wire = {
  contentType: 'text/xml',
  internalCode: 'InternalFailure',
  unsignedCode: 'MissingAuthenticationToken',
  find({ scope, body }, services) {
    const form = new URLSearchParams(body.toString());
    const name = form.get('Action') ?? '';
    const version = form.get('Version') ?? '';
    const query = services.filter((it) => versionOf(it) !== undefined);
    const service =
      query.find((it) => versionOf(it) === version && it.id === scope) ??
      query.find((it) => versionOf(it) === version) ??
      query.find((it) => it.id === scope && version === '');
    if (!service || !hasOperation(service, name))
      throw new AwsError('InvalidAction', `Could not find operation ${name} for version ${version}`);
    const schemas = operationSchemas(service, name);
    return { service, name, ...schemas, read: async () => readQuery(schemas.input, form) };
  },
  success({ service, name, output: schema }, output, requestId) {
    const namespace =
      service.xmlNamespace ?? `https://${service.id}.amazonaws.com/doc/${versionOf(service)}/`;
    const codec = new XmlCodec({
      timestampFormat: { useTrait: true, default: 5 },
      httpBindings: false,
      xmlNamespace: namespace,
      serviceNamespace: namespace,
    });
    const serializer = codec.createSerializer();
    let inner = '';
    if (!schema.isUnitSchema()) {
      serializer.write(schema, output);
      inner = `<${name}Result>${contentOf(String(serializer.flush()))}</${name}Result>`;
    }
    return `<${name}Response xmlns="${namespace}">${inner}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`;
  },
  failure(error, requestId, service) {
    const { code, status } = queryError(error, service);
    const type = status < 500 ? 'Sender' : 'Receiver';
    const body = `<ErrorResponse><Error><Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status, body };
  },
};

function versionOf(service: AwsService): string | undefined {
  return service.protocol === 'awsQuery' ? service.target : service.queryVersion;
}

/** What stands inside the one outermost element, whose name the schema chose and the protocol replaces. */
function contentOf(xml: string): string {
  const end = xml.lastIndexOf('</');
  return end === -1 ? '' : xml.slice(xml.indexOf('>') + 1, end);
}

function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry them, not even escaped
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
  );
}
