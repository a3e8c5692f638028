import { afterAwake } from './awake.ts';

/**
 * Why a server could not be talked to, first layer first. Servers and clients have some forty codes and sentences
 * for these; they are recognised here and nowhere else.
 */
export type FaultKind =
  /** The host name has no address. */
  | 'dns'
  /** Nobody listens, or the connection was closed by the other side. */
  | 'tcp'
  /** We do not trust the server: its chain, its names, its dates. */
  | 'tls-trust'
  /** The server does not trust us: no certificate, or one of another authority. */
  | 'tls-identity'
  /** The certificate is good, and stands for nobody; or the token is wrong. */
  | 'auth'
  /** We are let in, and may not do this. */
  | 'permission'
  /** Connected, and no answer in time: frozen, overloaded, or behind something that swallows. */
  | 'timeout'
  /** It answered with something that it should not have. */
  | 'protocol';

export class ConnectionFault extends Error {
  override readonly name = 'ConnectionFault';
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** What one of several peers answered, or why it did not. */
export type Answer<T> = { ok: true; value: T } | { ok: false; fault: FaultKind; why: string };

/** Asks one of several peers: that it does not answer is evidence too. */
export async function answerOf<T>(asked: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await asked };
  } catch (error) {
    const { kind, message } = recogniseFault(error);
    return { ok: false, fault: kind, why: message };
  }
}

/** The fault behind whatever a socket or client threw. */
export function recogniseFault(thrown: unknown): ConnectionFault {
  if (thrown instanceof ConnectionFault) return thrown;
  const codes = codesOf(thrown);
  const text = textOf(thrown);
  for (const [kind, pattern, sentence] of FAULTS) {
    const hit = [...codes, text].find((code) => pattern.test(code));
    if (hit !== undefined) return new ConnectionFault(kind, `${sentence} (${codes[0] ?? text})`, thrown);
  }
  return new ConnectionFault('protocol', text || 'failed without saying why', thrown);
}

/**
 * Settles as `work` does, unless that takes too long.
 * @param timeout milliseconds that this process is awake
 * @param fault asked for when it does
 * @throws ConnectionFault timeout
 */
export async function withDeadline<T>(
  work: Promise<T>,
  timeout: number,
  fault = () => new ConnectionFault('timeout', `no answer within ${timeout} ms`),
): Promise<T> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = afterAwake(timeout, () => reject(fault()));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

/** Ordered: a wrapped error carries the codes of its causes too, and the most telling one counts. */
const FAULTS: [FaultKind, RegExp, string][] = [
  ['dns', /^(ENOTFOUND|EAI_\w+|ENODATA)$/, 'the host name has no address'],
  [
    'tls-identity',
    /_ALERT_(BAD_CERTIFICATE|CERTIFICATE_REQUIRED|UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|HANDSHAKE_FAILURE)|ALERT_NUMBER_(42|45|46|48|116)/,
    'it refuses our certificate',
  ],
  [
    'tls-trust',
    /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_|ERR_SSL_CERT|INVALID_CA|PATH_LENGTH)/,
    'its certificate is not to be trusted',
  ],
  [
    'auth',
    /^(AUTHORIZATION_VIOLATION|AUTHENTICATION_\w+|BAD_AUTHENTICATION|ACCOUNT_EXPIRED)$/,
    'it knows nobody by our certificate',
  ],
  ['auth', /^(WRONGPASS|NOAUTH|ERR AUTH)/, 'it refuses our password'],
  ['permission', /^(PERMISSIONS_VIOLATION|NOPERM)/, 'we may not do this'],
  [
    'timeout',
    /^(TIMEOUT|CONNECTION_TIMEOUT|ETIMEDOUT|ABORT_ERR|TimeoutError)$|timed out|etimedout/i,
    'no answer in time',
  ],
  ['tcp', /^(ECONNREFUSED|CONNECTION_REFUSED)$/, 'nobody listens there'],
  [
    'tcp',
    /^(ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH|CONNECTION_CLOSED|DISCONNECT)$|connection is closed/i,
    'the connection was closed',
  ],
  ['protocol', /^ERR_SSL_/, 'it does not speak TLS as we do'],
];

function codesOf(thrown: unknown): string[] {
  const codes: string[] = [];
  for (let error = thrown; error instanceof Error && codes.length < 8; ) {
    const { code, chainedError } = error as Error & { code?: unknown; chainedError?: unknown };
    if (typeof code === 'string') codes.push(code);
    if (error.name === 'TimeoutError') codes.push('TimeoutError');
    error = chainedError ?? error.cause;
  }
  return codes;
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown ?? '');
}
