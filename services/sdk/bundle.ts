import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Files, because the NATS client reads files anew at every connect, and strings never again. */
export interface BundleFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
  /** Deletes them. */
  remove(): void;
}

/**
 * Puts a task's `{cert,key,ca}` (PEM, as JSON) into files that only its own user can read.
 * @throws Error without a word of the bundle
 */
export function writeBundle(json: string, parents = [tmpdir(), MEMORY]): BundleFiles {
  const bundle = parseBundle(json);
  const folder = privateFolder(parents);
  const put = (name: string, pem: string) => {
    const file = path.join(folder, name);
    // A reader sees the whole file or none.
    writeFileSync(`${file}.new`, pem, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return file;
  };
  return {
    caFile: put('ca.pem', bundle.ca),
    certFile: put('cert.pem', bundle.cert),
    keyFile: put('key.pem', bundle.key),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Where a container with a read-only root file system can still write: it is memory, and the task's own. */
const MEMORY = '/dev/shm';

function privateFolder(parents: string[]): string {
  const faults: unknown[] = [];
  for (const parent of parents) {
    try {
      // Made with mode 0700.
      return mkdtempSync(path.join(parent, 'tls-'));
    } catch (error) {
      faults.push(error);
    }
  }
  throw new AggregateError(faults, `No private folder can be made in ${parents.join(' or ')}.`);
}

function parseBundle(json: string): { cert: string; key: string; ca: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    // JSON.parse's own message quotes the text, and the text is a private key.
    throw new Error('TLS_BUNDLE is not JSON.');
  }
  const { cert, key, ca } = (parsed ?? {}) as Record<string, unknown>;
  if (!isPem(cert) || !isPem(key) || !isPem(ca))
    throw new Error('TLS_BUNDLE must be {"cert","key","ca"}, each in PEM.');
  return { cert, key, ca };
}

function isPem(value: unknown): value is string {
  return typeof value === 'string' && value.includes('-----BEGIN ');
}
