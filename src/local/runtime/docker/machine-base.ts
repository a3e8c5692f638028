import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, realpathSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Pack, pack } from 'tar-stream';
import { addFile, addFolders, ROOT } from './tar.ts';

/** A layer that stands under images which expect a `node`: this machine's own, and what it needs to run. */
export interface BaseLayer {
  /** Not compressed. */
  file: string;
  /** Digest of that file. */
  diffId: string;
}

interface BaseFile {
  /** In the image, without the leading slash. */
  name: string;
  /** On this machine. */
  source: string;
}

/** Changes when the same files would make another layer. */
const FORMAT = 1;

/**
 * Makes the layer, or finds it made by the same Node before; 0.6 s for its 100 MB.
 * @param folder for this layer alone
 * @throws Error when a library that Node is linked with is missing
 */
export async function machineBase(folder: string): Promise<BaseLayer> {
  const files = await baseFiles(realpathSync(process.execPath));
  const fingerprint = fingerprintOf(files);
  const existing = await readdir(folder).catch(() => []);
  const made = existing.find((name) => name.startsWith(`${fingerprint}-`));
  if (made !== undefined) return baseLayer(folder, made);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = path.join(folder, 'draft');
  const name = `${fingerprint}-${await writeLayer(files, draft)}.tar`;
  await rename(draft, path.join(folder, name));
  return baseLayer(folder, name);
}

function baseLayer(folder: string, name: string): BaseLayer {
  return {
    file: path.join(folder, name),
    diffId: `sha256:${name.slice(-'.tar'.length - 64, -'.tar'.length)}`,
  };
}

/** Node stays where it is, because it finds some of its libraries from there. */
async function baseFiles(node: string): Promise<BaseFile[]> {
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

/** glibc loads these by name when it resolves a host. */
const NAME_SERVICE = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'];
/** Debian's place first: it is where they go. */
const CERTIFICATES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'] as const;

const TEXTS = {
  'etc/passwd':
    'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

/** ldd(1) writes `name => /path (address)`, and the loader as `/path (address)`. */
async function linkedWith(program: string): Promise<string[]> {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await promisify(execFile)('ldd', [program], { env }).catch((error) => {
    if (/not a (dynamic|valid dynamic)/.test(String(error.stderr))) return { stdout: '' };
    throw error;
  });
  const missing = /^\s*(\S+) => not found/m.exec(stdout)?.[1];
  if (missing !== undefined) throw new Error(`${program} is linked with ${missing}, which is not installed`);
  return [...new Set([...stdout.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, file = '']) => file))];
}

/** What they hold is told by where they are, how large and how old, as make(1) has it. */
function fingerprintOf(files: BaseFile[]): string {
  const hash = createHash('sha256').update(`${FORMAT} ${process.version} ${JSON.stringify(TEXTS)}`);
  for (const { name, source } of files) {
    const { size, mtimeMs } = statSync(source);
    hash.update(`\n${name} ${size} ${mtimeMs}`);
  }
  return hash.digest('hex').slice(0, 16);
}

/** @returns the digest's 64 digits */
async function writeLayer(files: BaseFile[], target: string): Promise<string> {
  const archive = pack();
  const hash = createHash('sha256');
  const hashing = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await Promise.all([
    pipeline(archive as AsyncIterable<Buffer>, hashing, createWriteStream(target, { mode: 0o600 })),
    fill(archive, files),
  ]);
  return hash.digest('hex');
}

async function fill(archive: Pack, files: BaseFile[]): Promise<void> {
  const node = files[0]?.name ?? '';
  addFolders(archive, [
    ...files.map(({ name }) => name),
    ...Object.keys(TEXTS),
    'root/x',
    'usr/local/bin/node',
  ]);
  archive.entry({ ...ROOT, name: 'tmp/', type: 'directory', mode: 0o1777 });
  if (node !== 'usr/local/bin/node')
    archive.entry({ ...ROOT, name: 'usr/local/bin/node', type: 'symlink', linkname: `/${node}` });
  for (const [name, text] of Object.entries(TEXTS)) archive.entry({ ...ROOT, name, mode: 0o644 }, text);
  for (const { name, source } of files) await addFile(archive, { name, mode: 0o755 }, source);
  archive.finalize();
}
