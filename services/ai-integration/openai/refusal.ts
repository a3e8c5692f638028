import { Code, ServiceError } from '../../sdk/errors.ts';
import { Outage } from '../outage.ts';

/** Characters of what a provider says. */
const MOST_SAID = 300;

/**
 * What an answer other than 200 means for whoever asked us. A refused key is not their session's: 401 would tell a
 * player to log in again.
 * @param body of the answer, without the key
 */
export function refusalOf(
  provider: string,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body: string,
): ServiceError {
  // What is said about a key may hold pieces of it.
  const said = status === 401 || status === 403 ? '' : saidIn(body);
  const options = {
    details: { provider, status: String(status), ...retryAfter(headers) },
    ...(said !== '' && { cause: said }),
  };
  const refused = (code: Code, what: string) =>
    new ServiceError(code, `The provider ${provider} ${what}.`, options);
  if (status === 400 || status === 413 || status === 422)
    return refused(Code.INVALID_ARGUMENT, `refuses the request${said === '' ? '' : `: ${said}`}`);
  if (status === 401 || status === 403)
    return refused(Code.FAILED_PRECONDITION, 'refuses the key that it was set up with');
  if (status === 402) return refused(Code.FAILED_PRECONDITION, 'wants to be paid first');
  if (status === 404) return refused(Code.FAILED_PRECONDITION, 'does not know the model, or has no such API');
  if (status === 429) return refused(Code.RESOURCE_EXHAUSTED, 'is asked too often');
  if (status >= 300 && status < 400)
    return refused(Code.FAILED_PRECONDITION, 'is somewhere else than its base_url says');
  return new Outage(provider, `fails with ${status}`, options);
}

/** Seconds, or a time: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(headers: Headers): Record<string, string> {
  const told = headers.get('retry-after');
  if (told === null) return {};
  const ms = /^\d+$/.test(told) ? Number(told) * 1000 : Date.parse(told) - Date.now();
  return Number.isFinite(ms) ? { retryAfterMs: String(Math.max(0, Math.round(ms))) } : {};
}

/** The API's `{"error":{"message"}}`, as one line of printable text. */
function saidIn(body: string): string {
  let message: unknown;
  try {
    message = (JSON.parse(body) as { error?: { message?: unknown } } | null)?.error?.message;
  } catch {
    // A page of some proxy.
  }
  return typeof message === 'string' ? message.replace(/[\p{C}\s]+/gu, ' ').slice(0, MOST_SAID) : '';
}
