import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One end of a TCP connection, or a listener. */
export interface SocketEnd {
  address: string;
  port: number;
}

/** Processes of a group, its leader among them. */
export function groupMembers(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && groupOf(name) === group)
    .map(Number);
}

/** Local ends of the TCP sockets that processes hold (IPv4). */
export function socketsOf(pids: number[]): SocketEnd[] {
  const held = new Set(pids.flatMap(inodesOf));
  return tcpTable().filter(({ inode }) => held.has(inode));
}

/** Ports that somebody listens on at an address. */
export function listeningPorts(address: string): number[] {
  const listeners = tcpTable().filter((socket) => socket.state === LISTEN && socket.address === address);
  return listeners.map(({ port }) => port);
}

const LISTEN = '0A';

/** proc_pid_net(5): local address in host byte order and hexadecimal, port, state; the tenth column is the inode. */
function tcpTable(): (SocketEnd & { state: string; inode: string })[] {
  const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return { address: dotted(address), port: Number.parseInt(port, 16), state, inode };
  });
}

function dotted(hexadecimal: string): string {
  const bytes = Buffer.from(hexadecimal, 'hex');
  return [...bytes.reverse()].join('.');
}

function inodesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
      } catch {
        return []; // closed while we looked
      }
    });
  } catch {
    return [];
  }
}

/** proc_pid_stat(5): the name stands in brackets and may hold anything; the group is the third field behind it. */
function groupOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  } catch {
    return undefined;
  }
}
