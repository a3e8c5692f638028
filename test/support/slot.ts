import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddedLayout } from '../../src/lib/fleet/embedded-layout.ts';
import { startOf } from '../../src/local/journal.ts';

/** Below these are people's own platforms; the last one is the last that gsys takes. */
const FIRST = 20;
const LAST = 63;

const folder = path.join(tmpdir(), 'gsys-test-slots');

const leased = new Set<number>();
process.once('exit', releaseSlots);

/** A block of ports that no other test on this machine uses, until it is released, this file or this process ends. */
export function leaseSlot(): number {
  mkdirSync(folder, { recursive: true });
  for (let slot = FIRST; slot <= LAST; slot++) if (lease(slot)) return slot;
  throw new Error(`every slot from ${FIRST} to ${LAST} is leased: see ${folder}`);
}

/** For the next file: a process that runs many would soon have every slot. */
export function releaseSlots(): void {
  for (const slot of leased) releaseSlot(slot);
}

/** Sooner than that. */
export function releaseSlot(slot: number): void {
  leased.delete(slot);
  const file = path.join(folder, String(slot));
  if (isOurs(file)) rmSync(file, { force: true });
}

function lease(slot: number): boolean {
  const file = path.join(folder, String(slot));
  // One at a time looks at a lease and replaces it: two that both find it stale would take it from each other.
  const looking = `${file}.looking`;
  try {
    mkdirSync(looking);
  } catch {
    return false;
  }
  try {
    if (isHeld(file) || isListenedTo(slot)) return false;
    writeFileSync(file, `${process.pid} ${startOf(process.pid)}`);
  } finally {
    rmdirSync(looking);
  }
  leased.add(slot);
  return true;
}

/** Left behind by a test that was killed, or a person's own platform. */
function isListenedTo(slot: number): boolean {
  const first = embeddedLayout(slot, '', { shards: 3, replicasPerShard: 1 }).nats[0]?.clientPort ?? 0;
  if (!existsSync(LISTENERS)) return false;
  const ports = readFileSync(LISTENERS, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return state === LISTENING ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
    });
  return ports.some((port) => port >= first && port < first + 100);
}

/** https://docs.kernel.org/networking/proc_net_tcp.html */
const LISTENERS = '/proc/net/tcp';
const LISTENING = '0A';

function isOurs(file: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8').startsWith(`${process.pid} `);
}

function isHeld(file: string): boolean {
  try {
    const [pid, start] = readFileSync(file, 'utf8').split(' ');
    return String(startOf(Number(pid))) === start;
  } catch {
    return false;
  }
}
