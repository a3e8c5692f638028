import { readFileSync } from 'node:fs';
import { GsysError, messageOf } from '../lib/errors.ts';
import {
  healedSchema,
  type LocalStatus,
  localStatusSchema,
  type PlatformFile,
  platformFileSchema,
} from './platform-schema.ts';

/** @returns undefined when the file is not there, half-written or not a platform's */
export function readPlatformFile(file: string): PlatformFile | undefined {
  try {
    return platformFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The platform as it is now, by its supervisor's word. */
export async function askStatus(platform: PlatformFile, signal?: AbortSignal): Promise<LocalStatus> {
  return localStatusSchema.parse(await ask(platform, 'GET', '/_gsys/status', signal));
}

/** @returns the names of the nodes that were down and have been started */
export async function askHeal(platform: PlatformFile, signal?: AbortSignal): Promise<string[]> {
  return healedSchema.parse(await ask(platform, 'POST', '/_gsys/heal', signal)).healed;
}

/** Milliseconds: a supervisor that is busy for longer is broken. */
const PATIENCE = 10_000;

async function ask(
  { endpoint, token }: PlatformFile,
  method: string,
  path: string,
  signal?: AbortSignal,
): Promise<unknown> {
  const bounds = [AbortSignal.timeout(PATIENCE), ...(signal === undefined ? [] : [signal])];
  let response: Response;
  try {
    response = await fetch(new URL(path, endpoint), {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.any(bounds),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new GsysError('ENDPOINT_UNREACHABLE', `The supervisor at ${endpoint} does not answer.`, {
      cause,
      next: 'gsys local down && gsys local up',
    });
  }
  if (response.ok) return await response.json();
  throw new GsysError(
    'PLATFORM_FAILED',
    `The supervisor answered ${response.status}: ${await sentence(response)}`,
  );
}

async function sentence(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return String(JSON.parse(text).message ?? text);
  } catch (error) {
    return text || messageOf(error);
  }
}
