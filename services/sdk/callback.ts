import { invalid } from './fields.ts';

/** Bytes; more than any service's name and topic. */
const MAX_SUBJECT = 200;

/**
 * Callers choose where a callback goes: under the prefix that a service alone may listen to.
 * @returns the name of that service
 * @throws ServiceError INVALID_ARGUMENT
 */
export function callbackOwner(subject: string): string {
  const [, owner] = /^cb\.([a-z][a-z0-9-]*)(\.[A-Za-z0-9_-]+)+$/.exec(subject) ?? [];
  if (owner !== undefined && subject.length <= MAX_SUBJECT) return owner;
  throw invalid(
    `callback_subject must be cb.<service>.<name>, without wildcards, not ${JSON.stringify(subject.slice(0, MAX_SUBJECT))}.`,
  );
}
