import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { GsysError } from '../lib/errors.ts';

/** @throws GsysError PORT_TAKEN that names the first port in use and, where the system tells, by whom */
export async function requireFreePorts(ports: number[], slot: number): Promise<void> {
  const free = await Promise.all(ports.map(isFree));
  const taken = ports.find((_, i) => !free[i]);
  if (taken !== undefined) throw portTaken(taken, slot);
}

export function portTaken(port: number, slot: number): GsysError {
  const holder = holderOf(port);
  return new GsysError(
    'PORT_TAKEN',
    `Port ${port} of slot ${slot} is in use${holder === undefined ? '' : ` by ${holder}`}.`,
    { next: `gsys local up --slot ${(slot + 1) % 64}` },
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** `redis-server (pid 123)`; /proc tells about our own processes, and about others' to root. */
function holderOf(port: number): string | undefined {
  try {
    const inode = listeningInode(port);
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (holdsSocket(pid, `socket:[${inode}]`))
        return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
    }
  } catch {
    // Not Linux.
  }
  return undefined;
}

/** proc_net(5): local address and port in hexadecimal, state 0A is LISTEN, the tenth column the inode. */
function listeningInode(port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = ['tcp', 'tcp6'].flatMap((file) => readFileSync(`/proc/net/${file}`, 'utf8').split('\n'));
  const columns = lines.map((line) => line.trim().split(/\s+/));
  return columns.find((column) => column[1]?.endsWith(suffix) && column[3] === '0A')?.[9];
}

function holdsSocket(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === socket;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}
