import { GsysError } from '../../errors.ts';
import type { Login, Target } from '../target.ts';

/** What a URL says of a server. */
export interface ServerUrl extends Pick<Target, 'name' | 'host' | 'port' | 'tls'> {
  login: Login | undefined;
  url: URL;
}

/** What the word before `://` means. */
export type Schemes = Record<string, { port: number; tls: Target['tls'] }>;

export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/**
 * Pure. Its name is without what may be secret.
 * @throws GsysError USAGE
 */
export function parseServerUrl(text: string, schemes: Schemes): ServerUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = schemes[url?.protocol.slice(0, -1) ?? ''];
  if (url === undefined || scheme === undefined || url.hostname === '') {
    const [first] = Object.entries(schemes).map(([name, { port }]) => `${name}://HOST:${port}`);
    throw new GsysError('USAGE', 'that is no URL of such a server', { next: `use a name, or ${first}` });
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? scheme.port : Number(url.port);
  const [user, password] = [url.username, url.password].map(decodeURIComponent) as [string, string];
  return {
    ...{ host, port, tls: scheme.tls, url },
    name: `${url.protocol}//${url.hostname}:${port}`,
    login: loginOf(user, password),
  };
}

function loginOf(user: string, password: string): Login | undefined {
  if (password !== '') return { user: user || undefined, password };
  return user === '' ? undefined : { token: user };
}
