import type { ClientConfig, Row } from '../calls/row.ts';
import { SDK, type ServiceId } from '../calls/services.ts';
import type { ForeignCall, ForeignClient, Outcome } from './client.ts';

/** The AWS SDK for JavaScript, at the versions of package.json. */
export const sdkClient: ForeignClient = {
  kind: 'sdk',
  title: 'AWS SDK for JavaScript',
  parallel: 8,
  async call({ service, row, input, endpoint }: ForeignCall): Promise<Outcome> {
    const client = new SDK[service].Client({
      ...configFor(endpoint),
      maxAttempts: 1,
      // Live Tail's is of no use on loopback.
      disableHostPrefix: true,
      ...(row.unsigned && { signer: { sign: async <T>(request: T) => request } }),
    }) as unknown as Sender;
    try {
      // A copy, because the SDK's paginators write their tokens into it.
      return { answer: plain(await answerOf(client, service, row, { ...input })) };
    } catch (error) {
      return { error: recognised(service, error) };
    } finally {
      client.destroy();
    }
  },
  async close() {},
};

/** What the constructor of any SDK client takes. */
export function configFor(endpoint: string): ClientConfig {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' } };
}

interface Sender {
  send(command: unknown): Promise<Record<string, unknown>>;
  destroy(): void;
}
type Command = new (input: object) => unknown;
type Paginate = (config: object, input: object) => AsyncIterable<Record<string, unknown[] | undefined>>;

async function answerOf(
  client: Sender,
  service: ServiceId,
  row: Row,
  input: object,
): Promise<Record<string, unknown>> {
  if (!row.pages) return await client.send(new (part<Command>(service, `${row.call}Command`))(input));
  const { of, size } = row.pages;
  const items: unknown[] = [];
  const pages = part<Paginate>(service, `paginate${row.call}`)(
    { client, ...(size !== undefined && { pageSize: size }) },
    input,
  );
  for await (const page of pages) items.push(...(page[of] ?? []));
  return { [of]: items };
}

function part<T>(service: ServiceId, name: string): T {
  const found = (SDK[service].package as Record<string, unknown>)[name];
  if (!found) throw new Error(`the SDK's client of ${service} has no ${name}`);
  return found as T;
}

/** An error that the API declares arrives as its own class: anything less, and callers' `instanceof` fails. */
function recognised(service: ServiceId, error: unknown): { code: string; message: string } {
  if (!(error instanceof Error) || !('$metadata' in error)) throw error;
  const Declared = (SDK[service].package as Record<string, unknown>)[error.name];
  if (typeof Declared === 'function' && !(error instanceof Declared))
    throw new Error(`${error.name} arrived as ${error.constructor.name}`);
  const code = 'Code' in error && typeof error.Code === 'string' ? error.Code : error.name;
  return { code, message: error.message };
}

/** What JSON would carry, as the CLI prints it. */
function plain({ $metadata: _, ...answer }: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(answer, (_key, value) => bytesAsText(value)));
}

function bytesAsText(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
