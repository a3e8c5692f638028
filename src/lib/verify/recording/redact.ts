import { overEntries } from './encode.ts';

const GONE = '[redacted]';

/** Under such a name text is a secret, whatever it looks like. A secret's name, as `authSecret`, is none. */
const NAMES =
  /^(password|passwd|passphrase|token|secret|secretAccessKey|accessKeyId|sessionToken|apiKey|api_key|authorization|cookie|privateKey|private_key)$/i;

/** What gives a secret away wherever it stands, and what is left of it. */
const PATTERNS: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, GONE],
  // A signed token: header, payload, signature.
  [/\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, GONE],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
  [/\b(AKIA|ASIA)[A-Z2-7]{16}\b/g, GONE],
  // Seeds of NATS: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth
  [/\bS[ACNOUX][A-Z2-7]{56}\b/g, GONE],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${GONE}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${GONE}@`],
  // In an ARN, `secret:` is what the thing is, and its name follows.
  [
    /(?<!:)\b([\w-]*(?:password|passwd|passphrase|token|secret|api[_-]?key)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&"'}]+)/gi,
    `$1${GONE}`,
  ],
  // Addresses that alarms are sent to have their key in the path or in the query.
  [/\b(https?:\/\/[^\s"'/?#]+)([^\s"'<>]*)/gi, ''],
];

/** So much in a row of an address, not all of it lower case, is a key and no word. */
const KEY = /(?=[a-z_-]*[A-Z0-9])[A-Za-z0-9_-]{16,}/g;

/**
 * A copy without secrets: those that are known word by word, what stands under a secret's name, and what looks like a key,
 * a token or a password. What looks like any other word is not recognised: the evidence of verify has none to begin with.
 * @param known values of secrets that were read meanwhile
 */
export function redact(value: unknown, known: readonly string[], name?: string): unknown {
  if (typeof value === 'string')
    return name !== undefined && NAMES.test(name) ? GONE : redactText(value, known);
  if (value instanceof Date) return value;
  return overEntries(
    value,
    (entry, of) => redact(entry, known, of),
    (of) => redactText(of, known),
  );
}

/** Shorter ones would be found in every second word. */
const LEAST = 6;

function redactText(text: string, known: readonly string[]): string {
  let left = text;
  for (const secret of known) if (secret.length >= LEAST) left = left.replaceAll(secret, GONE);
  for (const [pattern, rest] of PATTERNS)
    left =
      rest === ''
        ? left.replace(pattern, (_, origin: string, path: string) => origin + withoutKeys(path))
        : left.replace(pattern, rest);
  return left;
}

function withoutKeys(path: string): string {
  return path.replace(/=[^&#]*/g, `=${GONE}`).replace(KEY, GONE);
}
