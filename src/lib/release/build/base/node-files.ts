import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { GsysError, messageOf } from '../../../errors.ts';

export interface BaseFile {
  /** In the image, without the leading slash. */
  name: string;
  /** On this machine. */
  source: string;
}

/** glibc loads these by name when it resolves a host. */
const NAME_SERVICE = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'];
/** Debian's place first: it is where they go. */
const CERTIFICATES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'] as const;

/**
 * A Node and everything it loads, itself first. Each stays where it is, because Node finds some libraries from there.
 * @param node absolute path, no link
 * @throws GsysError BUILD_FAILED where it runs in no Linux container, or lacks a library here
 */
export async function filesOfNode(node: string): Promise<BaseFile[]> {
  if (process.platform !== 'linux') throw unusable(`it is made for ${process.platform}`);
  const libraries = await linkedWith(node);
  const libc = libraries.find((file) => path.basename(file).startsWith('libc.'));
  const beside = libc === undefined ? [] : NAME_SERVICE.map((name) => path.join(path.dirname(libc), name));
  const certificates = CERTIFICATES.find((file) => existsSync(file));
  return [
    ...[node, ...libraries, ...beside.filter((file) => existsSync(file))].map((file) => ({
      name: file.slice(1),
      source: file,
    })),
    ...(certificates === undefined ? [] : [{ name: CERTIFICATES[0].slice(1), source: certificates }]),
  ];
}

/** ldd(1) writes `name => /path (address)`, and the loader as `/path (address)`. */
async function linkedWith(program: string): Promise<string[]> {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await promisify(execFile)('ldd', [program], { env }).catch((error) => {
    if (/not a (dynamic|valid dynamic)/.test(String(error.stderr))) return { stdout: '' };
    throw unusable(`what it is linked with cannot be told: ${messageOf(error)}`);
  });
  const missing = /^\s*(\S+) => not found/m.exec(stdout)?.[1];
  if (missing !== undefined) throw unusable(`it is linked with ${missing}, which is not installed`);
  return [...new Set([...stdout.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, file = '']) => file))];
}

function unusable(why: string): GsysError {
  return new GsysError('BUILD_FAILED', `this machine's Node cannot stand under an image: ${why}`, {
    next: 'name an image to stand on in gsys.yaml: environments.<name>.image.base',
  });
}
