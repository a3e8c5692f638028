import path from 'node:path';
import type { Subscriber } from '../../aws/sns.ts';
import { GsysError } from '../../errors.ts';
import type { Environment } from '../../fleet/fleet.ts';

/**
 * Whom a person means.
 * @param text `https://…`, `ops@example.com`, or `file:PATH` on the embedded platform
 * @param from what a relative path starts from
 * @throws GsysError USAGE
 */
export function parseEndpoint(
  text: string,
  from: string,
  { platform, name }: Pick<Environment, 'platform' | 'name'>,
): Pick<Subscriber, 'protocol' | 'endpoint'> {
  const [, scheme] = /^(https?):\/\/[^\s/]+\S*$/.exec(text) ?? [];
  if (scheme !== undefined && URL.canParse(text)) return { protocol: scheme, endpoint: text };
  if (/^[^\s@:/]+@[^\s@:/]+$/.test(text)) return { protocol: 'email', endpoint: text };
  const [, file] = /^file:(?:\/\/)?(.+[^/])$/.exec(text) ?? [];
  if (file !== undefined && platform === 'embedded')
    return { protocol: 'file', endpoint: path.resolve(from, file) };
  if (file !== undefined)
    throw new GsysError(
      'USAGE',
      `SNS delivers to no files: only the embedded platform does, and ${name} is AWS`,
    );
  throw new GsysError('USAGE', `${JSON.stringify(text)} is nobody that can be told`, {
    next: 'give a URL (https://…), an e-mail address, or file:PATH on the embedded platform',
  });
}
