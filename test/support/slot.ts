import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startOf } from '../../src/local/journal.ts';

/** Below these are people's own platforms; the last one's ports still end under 32768. */
const FIRST = 20;
const LAST = 126;

const folder = path.join(tmpdir(), 'gsys-test-slots');

/** A block of ports that no other test process on this machine uses, for as long as this process lives. */
export function leaseSlot(): number {
  mkdirSync(folder, { recursive: true });
  for (let slot = FIRST; slot <= LAST; slot++) if (lease(slot)) return slot;
  throw new Error(`every slot from ${FIRST} to ${LAST} is leased: see ${folder}`);
}

function lease(slot: number): boolean {
  const file = path.join(folder, String(slot));
  const mine = `${process.pid} ${startOf(process.pid)}`;
  try {
    writeFileSync(file, mine, { flag: 'wx' });
  } catch {
    if (isHeld(file)) return false;
    // Whoever removes a stale lease first may lease it; the other goes on to the next slot.
    rmSync(file, { force: true });
    try {
      writeFileSync(file, mine, { flag: 'wx' });
    } catch {
      return false;
    }
  }
  process.once('exit', () => rmSync(file, { force: true }));
  return true;
}

function isHeld(file: string): boolean {
  try {
    const [pid, start] = readFileSync(file, 'utf8').split(' ');
    return String(startOf(Number(pid))) === start;
  } catch {
    return false;
  }
}
