import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '../fleet/fleet.ts';
import { readIfThere, replaceFile } from '../pki/files.ts';
import { changesBetween, type Told } from './changes.ts';
import type { Changes, Finding, VerifyDocument } from './document.ts';

const SCHEMA = 'gsys/verify-last/v1';

/** What every check found when it last looked, on this machine. */
export interface Last {
  schema: typeof SCHEMA;
  fleet: string;
  environment: string;
  /** By id of the finding. */
  findings: Record<string, Told & { check: string; seenAt: string; counted?: Counted }>;
}

/** What a check has observed that it compares with the next time; kept while the next look does not see it. */
export interface Counted {
  observed: unknown;
  /** ISO 8601. */
  at: string;
}

/** Checks that compare with what they saw when they looked last. */
export const COMPARING = ['nats.load', 'redis.evictions', 'redis.failovers'];

/**
 * What has changed since these checks last looked, on this machine.
 * @returns undefined where they never have, or what is left of it cannot be read
 */
export function changesSince(last: Last | undefined, { findings }: VerifyDocument): Changes | undefined {
  const checks = new Set(findings.map(({ check }) => check));
  const told = Object.entries(last?.findings ?? {}).filter(([, { check }]) => checks.has(check));
  // Several commands may have looked, each at some of it: the oldest look counts.
  const [since] = told.map(([, { seenAt }]) => seenAt).sort();
  return since === undefined ? undefined : changesBetween(new Map(told), findings, since);
}

/** @returns undefined where nobody has looked yet, or what is there cannot be read */
export async function readLast(
  environment: Pick<Environment, 'stateDir'>,
  fleet: string,
): Promise<Last | undefined> {
  try {
    const text = await readIfThere(fileOf(environment));
    const last: unknown = text === undefined ? undefined : JSON.parse(text);
    return isLast(last) && last.fleet === fleet ? last : undefined;
  } catch {
    return undefined;
  }
}

/** Without a schema's library, which every verify would wait for: nobody but gsys writes this. */
function isLast(value: unknown): value is Last {
  const { schema, findings } = Object(value) as Partial<Last>;
  return schema === SCHEMA && typeof findings === 'object' && findings !== null;
}

/** What the checks of a document have found takes the place of what they found before; the others' stays. Pure. */
export function remembering(last: Last | undefined, document: VerifyDocument): Last {
  const { fleet, environment, findings, startedAt } = document;
  const looked = new Set(findings.map(({ check }) => check));
  const others = Object.entries(last?.findings ?? {}).filter(([, { check }]) => !looked.has(check));
  const own = findings.map((finding) => {
    const { id, check, status, message } = finding;
    const counted = COMPARING.includes(check) ? countedBy(finding, last) : undefined;
    return [id, { check, status, message, seenAt: startedAt, ...(counted && { counted }) }] as const;
  });
  return { schema: SCHEMA, fleet, environment, findings: Object.fromEntries([...others, ...own]) };
}

function countedBy(
  { id, status, observed, observedAt }: Finding,
  last: Last | undefined,
): Counted | undefined {
  return status === 'unknown' ? last?.findings[id]?.counted : { observed, at: observedAt };
}

/** Whoever cannot write here may look all the same: it is a convenience, and no evidence. */
export async function writeLast(environment: Pick<Environment, 'stateDir'>, last: Last): Promise<void> {
  const file = fileOf(environment);
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, JSON.stringify(last));
  } catch {
    // A full disk or a folder of somebody else's.
  }
}

function fileOf({ stateDir }: Pick<Environment, 'stateDir'>): string {
  return path.join(stateDir, 'verify', 'last.json');
}
