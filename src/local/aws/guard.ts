import type { IncomingHttpHeaders } from 'node:http';
import { AwsError, type Caller } from './service.ts';

/**
 * Who may talk to the endpoint. It runs code for whoever reaches it, so a web page open in this machine's
 * browser must not reach it: not across origins (Origin), not by DNS rebinding (a foreign Host), not with the
 * content types that a page may send without asking (text/plain and friends).
 */

const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** @returns why a request of any kind is refused, or undefined */
export function webPageRefusal(headers: IncomingHttpHeaders): string | undefined {
  if (!OWN_HOST.test(headers.host ?? '')) return 'This endpoint answers to 127.0.0.1 and localhost only.';
  if (headers.origin !== undefined) return 'This endpoint does not answer web pages.';
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return 'This endpoint does not answer web pages.';
  return undefined;
}

export type CallForm = 'json1.0' | 'json1.1' | 'query';

/** @returns how the body of an AWS call is written, or undefined if it is not one */
export function callForm(headers: IncomingHttpHeaders): CallForm | undefined {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return 'query';
  if (headers['x-amz-target'] === undefined) return undefined;
  if (type === 'application/x-amz-json-1.0') return 'json1.0';
  if (type === 'application/x-amz-json-1.1') return 'json1.1';
  return undefined;
}

export interface Signer extends Caller {
  /** Service id of the credential scope: `ecs`. */
  service: string;
}

const SIGV4 =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=[^,\s]+,\s*Signature=[0-9a-f]{64}$/;

/**
 * The signature itself is not checked: its presence proves a client that was told to come here, which is all
 * that a loopback endpoint can ask for.
 * @param code of the error for a call without one; protocols differ
 */
export function signerOf(headers: IncomingHttpHeaders, code: string): Signer {
  const [, accessKeyId, region, service] = SIGV4.exec(headers.authorization ?? '') ?? [];
  if (!accessKeyId || !region || !service)
    throw new AwsError(code, 'Request is missing Authentication Token', 403);
  return { accessKeyId, region, service };
}
