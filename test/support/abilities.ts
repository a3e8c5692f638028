import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** capabilities(7) */
const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;

/** Whether this process may mount file systems and control groups. */
export const canMount = process.platform === 'linux' && isCapable(CAP_SYS_ADMIN);

/** Whether it can cut and lead network traffic: by nft(8), which has to be installed. */
export const canFilter =
  canMount && isCapable(CAP_NET_ADMIN) && spawnSync('nft', ['list', 'tables']).status === 0;

function isCapable(capability: bigint): boolean {
  const [, effective = '0'] = /^CapEff:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return ((BigInt(`0x${effective}`) >> capability) & 1n) === 1n;
}
