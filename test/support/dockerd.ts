import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isAlive, startOf } from '../../src/local/journal.ts';

/** A Docker Engine of a test's own: its images, containers and socket are nobody else's. */
export interface Dockerd {
  /** DOCKER_HOST */
  host: string;
  pid: number;
  /** The docker command, against this Engine alone. */
  docker(...args: string[]): Promise<string>;
  /** Ids of its containers, running or not. */
  containers(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Debian's folder for servers may not be in a user's PATH. */
const FOLDERS = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
const PATIENCE = 20_000;

/** @returns instead, why there can be none on this machine */
export async function startDockerd(): Promise<Dockerd | string> {
  if (process.getuid?.() !== 0) return 'dockerd has to be started as root';
  const program = FOLDERS.map((each) => path.join(each, 'dockerd')).find((file) => existsSync(file));
  if (program === undefined) return 'dockerd is not installed (Debian: docker.io)';
  const folder = mkdtempSync(path.join(tmpdir(), 'gsys-dockerd-'));
  const inside = (name: string) => path.join(folder, name);
  const host = `unix://${inside('sock')}`;
  const log = openSync(inside('log'), 'a');
  const folders = ['--data-root', inside('data'), '--exec-root', inside('exec'), '--pidfile', inside('pid')];
  const network = ['--bridge=none', '--iptables=false', '--ip-masq=false'];
  const child = spawn(program, ['-H', host, ...folders, ...network], {
    stdio: ['ignore', log, log],
    detached: true,
  });
  child.on('error', () => {});
  const entry = { pid: child.pid ?? 0, start: startOf(child.pid ?? 0) ?? '' };
  const env = { ...process.env, DOCKER_HOST: host, DOCKER_CONFIG: inside('config') };
  const docker = async (...args: string[]) =>
    (await promisify(execFile)('docker', args, { env })).stdout.trim();
  process.once('exit', () => isAlive(entry) && process.kill(entry.pid, 'SIGTERM'));

  const stop = async () => {
    if (isAlive(entry)) process.kill(entry.pid, 'SIGTERM');
    while (isAlive(entry)) await sleep(20);
    for (const mount of mountsBelow(folder)) await promisify(execFile)('umount', ['-l', mount]);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + PATIENCE;
  while (!(await docker('info').then(Boolean, () => false))) {
    if (isAlive(entry) && Date.now() < deadline) {
      await sleep(50);
      continue;
    }
    const lines = readFileSync(inside('log'), 'utf8').trimEnd().split('\n');
    await stop();
    return `dockerd does not start here: ${lines.at(-1)}`;
  }
  const containers = async () => (await docker('ps', '-aq')).split('\n').filter(Boolean);
  return { host, pid: entry.pid, docker, containers, stop };
}

function mountsBelow(folder: string): string[] {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  return mounts.map((line) => line.split(' ')[1] ?? '').filter((place) => place.startsWith(`${folder}/`));
}
