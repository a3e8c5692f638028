import { readFileSync } from 'node:fs';
import { type ErrorCode, GsysError, messageOf } from '../lib/errors.ts';
import {
  type Fault,
  type FaultRequest,
  faultsSchema,
  healedFaultsSchema,
  injectedSchema,
} from './faults/fault.ts';
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
  const answer = await ask(platform, 'POST', '/_gsys/heal', signal, undefined, HEALING);
  return healedSchema.parse(answer).healed;
}

export async function askFaults(platform: PlatformFile, signal?: AbortSignal): Promise<Fault[]> {
  return faultsSchema.parse(await ask(platform, 'GET', '/_gsys/faults', signal)).faults;
}

/** @throws GsysError USAGE and others, as the supervisor says */
export async function askInject(
  platform: PlatformFile,
  request: FaultRequest,
  signal?: AbortSignal,
): Promise<Fault> {
  return injectedSchema.parse(await ask(platform, 'POST', '/_gsys/faults', signal, request)).fault;
}

/** @param id of a fault, or undefined for all @returns ids of what was healed */
export async function askHealFault(
  platform: PlatformFile,
  id: string | undefined,
  signal?: AbortSignal,
): Promise<string[]> {
  const path = id === undefined ? '/_gsys/faults' : `/_gsys/faults/${encodeURIComponent(id)}`;
  return healedFaultsSchema.parse(await ask(platform, 'DELETE', path, signal)).healed;
}

/** Milliseconds: a supervisor that is busy for longer is broken. */
const PATIENCE = 10_000;
/** A node may be stuck, which takes a while to be seen, and not end before it is killed. */
const HEALING = 60_000;

async function ask(
  { endpoint, token }: PlatformFile,
  method: string,
  path: string,
  signal?: AbortSignal,
  body?: object,
  patience = PATIENCE,
): Promise<unknown> {
  const bounds = [AbortSignal.timeout(patience), ...(signal === undefined ? [] : [signal])];
  let response: Response;
  try {
    response = await fetch(new URL(path, endpoint), {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
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
  throw await failureOf(response);
}

/** What the supervisor refused keeps its own code; anything else is a fault of the platform. */
async function failureOf(response: Response): Promise<GsysError> {
  const text = await response.text();
  const said = parse(text);
  if (said.code !== undefined)
    return new GsysError(said.code, said.message ?? text, { next: said.next, details: said.details ?? [] });
  return new GsysError(
    'PLATFORM_FAILED',
    `The supervisor answered ${response.status}: ${said.message ?? text}`,
  );
}

function parse(text: string): { code?: ErrorCode; message?: string; next?: string; details?: string[] } {
  try {
    return JSON.parse(text);
  } catch (error) {
    return { message: text || messageOf(error) };
  }
}
