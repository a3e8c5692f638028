import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../lib/errors.ts';
import { giveBackFolder, type SmallDisk } from './disk/small-disk.ts';
import { leaveClass } from './network/network-class.ts';
import { deleteTable } from './network/nft.ts';

/** What a fault leaves in the operating system, which would outlive the supervisor: as data, so that anybody can undo it. */
export type Trace =
  /** A table of packet filter rules. */
  | { kind: 'table'; name: string }
  /** A class of network traffic that processes were put into. */
  | { kind: 'class'; folder: string }
  /** A folder that lies on a small disk of its own. */
  | ({ kind: 'disk' } & SmallDisk);

/** Where traces are written down before they are made. */
export function tracesFolder(stateDir: string): string {
  return path.join(stateDir, 'faults');
}

/** Writes down what a fault is about to leave. @throws what the disk throws */
export function noteTraces(stateDir: string, id: string, traces: Trace[]): void {
  const folder = tracesFolder(stateDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, `${id}.json`), JSON.stringify(traces), { mode: 0o600 });
}

/** Undoes a fault's traces, the last one first, each whatever becomes of the others. Those that are not there are fine. */
export async function removeTraces(stateDir: string, id: string, traces: Trace[]): Promise<void> {
  const complaints: string[] = [];
  for (const trace of traces.toReversed())
    await undo(trace).catch((error) => complaints.push(`${trace.kind}: ${messageOf(error)}`));
  if (complaints.length > 0)
    throw new Error(`fault ${id} is not healed completely: ${complaints.join('; ')}`);
  rmSync(path.join(tracesFolder(stateDir), `${id}.json`), { force: true });
}

/** Undoes what the faults of a supervisor that is gone have left. */
export async function removeAllTraces(stateDir: string): Promise<void> {
  for (const file of noted(stateDir)) {
    const id = path.basename(file, '.json');
    await removeTraces(stateDir, id, read(path.join(tracesFolder(stateDir), file)));
  }
}

async function undo(trace: Trace): Promise<void> {
  if (trace.kind === 'table') await deleteTable(trace.name);
  if (trace.kind === 'class') leaveClass(trace.folder);
  if (trace.kind === 'disk') giveBackFolder(trace);
}

function noted(stateDir: string): string[] {
  try {
    return readdirSync(tracesFolder(stateDir)).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}

/** One that a crash cut short was being written before anything was done. */
function read(file: string): Trace[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Trace[];
  } catch {
    return [];
  }
}
