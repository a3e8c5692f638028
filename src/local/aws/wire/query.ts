import { XmlCodec } from '@aws-sdk/core/protocols';
import { AwsError } from '../service.ts';
import { readQuery } from './query-reader.ts';
import { hasOperation, operationSchemas, type Wire } from './wire.ts';

/** awsQuery: a form goes in, XML comes out. */
export const queryWire: Wire = {
  contentType: 'text/xml',
  internalCode: 'InternalFailure',
  find({ scope, body }, services) {
    const form = new URLSearchParams(body.toString());
    const name = form.get('Action') ?? '';
    const version = form.get('Version') ?? '';
    const query = services.filter((it) => it.protocol === 'awsQuery');
    const service =
      query.find((it) => it.target === version && it.id === scope) ??
      query.find((it) => it.target === version) ??
      query.find((it) => it.id === scope && version === '');
    if (!service || !hasOperation(service, name))
      throw new AwsError('InvalidAction', `Could not find operation ${name} for version ${version}`);
    const schemas = operationSchemas(service, name);
    return { service, name, ...schemas, read: async () => readQuery(schemas.input, form) };
  },
  success({ service, name, output: schema }, output, requestId) {
    const namespace = `https://${service.id}.amazonaws.com/doc/${service.target}/`;
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
  failure(error, requestId) {
    const type = error.status < 500 ? 'Sender' : 'Receiver';
    return `<ErrorResponse><Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  },
};

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
