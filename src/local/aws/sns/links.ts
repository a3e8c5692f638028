import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpRoute } from '../http-route.ts';
import { AwsError } from '../service.ts';
import { CERTIFICATE_PATH, CONFIRM_PATH, UNSUBSCRIBE_PATH } from './envelope.ts';
import type { Signer } from './signature.ts';

/** What the links in messages lead to. Whoever holds the link may follow it: the token or the ARN is the proof. */
export function messageLinks(
  signer: Signer,
  operations: {
    ConfirmSubscription(input: { TopicArn: string; Token: string }): Promise<object>;
    Unsubscribe(input: { SubscriptionArn: string }): Promise<object>;
  },
): HttpRoute[] {
  const link = (prefix: string, follow: (query: URLSearchParams) => Promise<object>): HttpRoute => ({
    prefix,
    async handle(request: IncomingMessage, response: ServerResponse) {
      try {
        const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
        const result = await follow(query);
        send(response, 200, 'text/xml', asXml(query.get('Action') ?? '', result));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        send(response, error.status, 'text/plain', error.message);
      }
    },
  });
  return [
    link(CONFIRM_PATH, (query) =>
      operations.ConfirmSubscription({
        TopicArn: query.get('TopicArn') ?? '',
        Token: query.get('Token') ?? '',
      }),
    ),
    link(UNSUBSCRIBE_PATH, (query) =>
      operations.Unsubscribe({ SubscriptionArn: query.get('SubscriptionArn') ?? '' }),
    ),
    {
      prefix: CERTIFICATE_PATH,
      handle: async (_request, response) =>
        send(response, 200, 'application/x-pem-file', await signer.certificate()),
    },
  ];
}

function asXml(action: string, result: object): string {
  const members = Object.entries(result).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${members.join('')}</${action}Result></${action}Response>`;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}
