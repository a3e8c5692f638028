import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { GsysError, messageOf } from '../../errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { CHECKS } from '../catalog.ts';
import type { VerifyDocument } from '../document.ts';
import { documentOf } from '../observation.ts';
import { type Selection, selectChecks } from '../select.ts';
import { DEFINITION, MANIFEST, type Manifest, manifestSchema, RECORDING, sourceOf } from './manifest.ts';
import { sha256 } from './record.ts';
import { unpack } from './unpack.ts';

export interface ReplayOptions extends Selection {
  folder: string;
  /** Version of this program. */
  gsys: string;
  /** Of the definition here: a recording of another fleet is not what is asked for. */
  fleet: Pick<Fleet, 'name'> & { environment: Pick<Fleet['environment'], 'name'> };
}

/**
 * Judges what another verify has seen and recorded, as it did: no network, no clock.
 * @throws GsysError USAGE for a folder that is no whole, unchanged recording of this fleet by this version
 */
export async function replay(options: ReplayOptions): Promise<VerifyDocument> {
  const { folder } = options;
  try {
    const manifest = await readManifest(options);
    const checks = checksOf(manifest, options);
    return documentOf(unpack(manifest, await readFiles(folder, manifest)), checks);
  } catch (error) {
    if (error instanceof GsysError) throw error;
    throw refused(folder, `is no recording that gsys made: ${messageOf(error).split('\n')[0]}`, error);
  }
}

function refused(folder: string, why: string, cause?: unknown, next = 'gsys verify --record DIR'): GsysError {
  return new GsysError('USAGE', `${folder} ${why}`, { cause, next });
}

async function readManifest({ folder, gsys, fleet }: ReplayOptions): Promise<Manifest> {
  let document: { schema?: unknown } | null;
  try {
    document = JSON.parse(await readPlain(folder, MANIFEST));
  } catch (error) {
    if (error instanceof GsysError) throw error;
    throw refused(folder, `is no recording: its ${MANIFEST} is not JSON`, error);
  }
  const schema = document?.schema;
  if (typeof schema === 'string' && schema !== RECORDING)
    throw refused(
      folder,
      `was recorded as ${JSON.stringify(schema.slice(0, 50))}, and this gsys reads ${RECORDING}`,
    );
  const { data: manifest, error } = manifestSchema.safeParse(document);
  if (manifest === undefined) {
    const [issue] = error.issues;
    throw refused(
      folder,
      `is no recording: ${MANIFEST}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`,
    );
  }
  const of = `${manifest.fleet} in ${manifest.environment}`;
  const here = `${fleet.name} in ${fleet.environment.name}`;
  if (of !== here)
    throw refused(
      folder,
      `is a recording of ${of}, and this is ${here}`,
      undefined,
      'gsys verify --replay DIR --env ENVIRONMENT',
    );
  if (manifest.gsys !== gsys)
    throw refused(
      folder,
      `was recorded by gsys ${manifest.gsys}, and this is ${gsys}, which may judge otherwise`,
    );
  return manifest;
}

/** Those of then, and of them those that are asked for now. */
function checksOf({ checks }: Manifest, { folder, ...selection }: ReplayOptions) {
  const unknown = checks.filter((id) => !CHECKS.some((check) => check.id === id));
  if (unknown.length > 0)
    throw refused(folder, `was judged by ${unknown.join(', ')}, which this gsys does not have`);
  const selected = selectChecks(CHECKS, selection).filter(({ id }) => checks.includes(id));
  if (selected.length === 0) throw refused(folder, 'holds nothing for the checks that are asked for');
  return selected;
}

async function readFiles(folder: string, { files }: Manifest): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, hash] of Object.entries(files)) {
    if (name !== DEFINITION && sourceOf(name) === undefined)
      throw refused(folder, `names a file that no recording has: ${JSON.stringify(name)}`);
    const text = await readPlain(folder, name);
    if (sha256(text) !== hash)
      throw refused(folder, `was changed, or cut short, since it was recorded: ${name}`);
    texts[name] = text;
  }
  return texts;
}

/** Bytes; a thousand services come to a few million. */
const MOST = 256 * 2 ** 20;

/** No device, no pipe, no link to elsewhere. */
async function readPlain(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  try {
    const found = await lstat(file);
    if (!found.isFile()) throw new Error('it is no file');
    if (found.size > MOST) throw new Error('it is too large');
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw refused(folder, `is no recording: ${name}: ${messageOf(cause)}`, cause);
  }
}
