import { statSync } from 'node:fs';
import path from 'node:path';
import { invalid } from './errors.ts';
import type { Protocol } from './records.ts';

/**
 * Who may be subscribed. Messages leave this platform over loopback or into a file of the user's own, and never for
 * anywhere else.
 * @throws AwsError for every other protocol and place
 */
export function checkEndpoint(protocol: string, endpoint: string): Protocol {
  switch (protocol) {
    case 'http':
      checkUrl(endpoint);
      return protocol;
    case 'file':
      checkFile(endpoint);
      return protocol;
    case 'email':
    case 'email-json':
      if (!/^[^\s@]+@[^\s@]+$/.test(endpoint)) throw invalid('Email address');
      return protocol;
    case 'https':
      throw invalid('Endpoint Reason: this platform delivers over http to loopback and to files only');
    default:
      throw invalid(`Protocol Reason: ${protocol} is not supported here`);
  }
}

function checkUrl(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'http:') throw invalid('Endpoint Reason: Endpoint must match the specified protocol');
  if (!/^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(url.hostname))
    throw invalid('Endpoint Reason: this platform delivers to loopback addresses only');
}

/** The folder must belong to whoever runs the platform, so that nobody else decides where the file leads. */
function checkFile(endpoint: string): void {
  if (!path.isAbsolute(endpoint) || path.normalize(endpoint) !== endpoint || endpoint.endsWith('/'))
    throw invalid('Endpoint Reason: a file is named by its absolute path');
  const folder = statSync(path.dirname(endpoint), { throwIfNoEntry: false });
  if (!folder?.isDirectory()) throw invalid(`Endpoint Reason: there is no folder ${path.dirname(endpoint)}`);
  if (folder.uid !== process.getuid?.())
    throw invalid(`Endpoint Reason: the folder ${path.dirname(endpoint)} is not yours`);
}
