import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { GsysError, messageOf } from '../../errors.ts';
import { writeNew } from '../../pki/files.ts';
import type { Check } from '../check.ts';
import type { SourceId } from '../evidence.ts';
import type { Observation } from '../observation.ts';
import { encode } from './encode.ts';
import { DEFINITION, fileOf, MANIFEST, type Manifest, RECORDING } from './manifest.ts';
import { redact } from './redact.ts';
import { unpack } from './unpack.ts';

export interface Recording {
  manifest: Manifest;
  /** Text by name. */
  files: Record<string, string>;
  /** As a replay will see it: this is what is to be judged. */
  observation: Observation;
}

/**
 * Puts what was looked at into files, without secrets. Pure.
 * @param gsys version of the program
 * @param secrets values that were read meanwhile, to be left out word by word
 */
export function record(
  { fleet, evidence, startedAt, judgedAt, apiCalls }: Observation,
  checks: readonly Check[],
  { gsys, secrets }: { gsys: string; secrets: readonly string[] },
): Recording {
  const files: Record<string, string> = { [DEFINITION]: encode(redact(fleet, secrets)) };
  for (const source of Object.keys(evidence) as SourceId[])
    files[fileOf(source)] = encode(redact(evidence[source], secrets));
  const manifest: Manifest = {
    ...{ schema: RECORDING, gsys, fleet: fleet.name, environment: fleet.environment.name },
    ...{ startedAt: startedAt.toISOString(), judgedAt: judgedAt.toISOString(), apiCalls },
    checks: checks.map(({ id }) => id),
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)])),
  };
  return { manifest, files, observation: unpack(manifest, files) };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Makes the folder before anything is looked at. @throws GsysError USAGE where it holds something, FILE_SYSTEM */
export async function makeRecordingFolder(folder: string): Promise<void> {
  let held: string[];
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    held = await readdir(folder);
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `cannot record to ${folder}: ${messageOf(cause)}`, { cause });
  }
  if (held.length > 0)
    throw new GsysError('USAGE', `${folder} is not empty: a recording has a folder of its own`);
}

/** For its owner alone; the manifest last, so that half a recording is none. @throws GsysError FILE_SYSTEM */
export async function writeRecording(folder: string, { manifest, files }: Recording): Promise<void> {
  try {
    for (const [name, text] of Object.entries(files)) await writeNew(path.join(folder, name), text);
    await writeNew(path.join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `cannot record to ${folder}: ${messageOf(cause)}`, { cause });
  }
}
