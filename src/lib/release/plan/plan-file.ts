import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { RegisterTaskDefinitionRequest } from '../../aws/ecs-changes.ts';
import { GsysError, messageOf } from '../../errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { replaceFile } from '../../pki/files.ts';
import type { PlannedService } from '../events.ts';
import type { ServiceFacts } from '../plan.ts';
import { worldChanges, worldOf, worldSchema } from './world.ts';

const SCHEMA = 'gsys/plan-file/v1';

const fileSchema = z.object({
  schema: z.literal(SCHEMA),
  madeAt: z.iso.datetime(),
  /** The services of the plan, in its order, and what it does to each. */
  services: z.array(z.custom<PlannedService>(isPlanned, 'is not what is planned for a service')),
  waves: z.array(z.object({ services: z.array(z.string()), canary: z.boolean(), bake: z.boolean() })),
  /** Task definitions that the plan would register, by service. */
  definitions: z.record(
    z.string(),
    z.custom<RegisterTaskDefinitionRequest>(isObject, 'is not a task definition'),
  ),
  world: worldSchema,
});

/** A plan that was saved, to be carried out later if the world is still the one it was made for. */
export interface PlanFile extends z.infer<typeof fileSchema> {
  /** Where it lies. */
  file: string;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isPlanned(value: unknown): boolean {
  const { service, action } = Object(value) as Partial<PlannedService>;
  return typeof service === 'string' && ['unchanged', 'create', 'update', 'prove'].includes(String(action));
}

/** Writes a plan for its owner alone, whole or not at all. @throws GsysError FILE_SYSTEM */
export async function writePlanFile({ file, ...plan }: Omit<PlanFile, 'schema'>): Promise<void> {
  try {
    await replaceFile(path.resolve(file), `${JSON.stringify({ schema: SCHEMA, ...plan }, null, 2)}\n`);
  } catch (cause) {
    throw new GsysError('FILE_SYSTEM', `cannot save the plan: ${messageOf(cause)}`, { cause });
  }
}

/** @throws GsysError USAGE for a file that is not there or holds no plan */
export async function readPlanFile(file: string): Promise<PlanFile> {
  const refused = (why: string, cause?: unknown) =>
    new GsysError('USAGE', `${file} ${why}`, { cause, next: `gsys plan --out ${file}` });
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw refused(`cannot be read: ${messageOf(cause)}`, cause);
  });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw refused('is not JSON', cause);
  }
  const { data, error } = fileSchema.safeParse(document);
  if (data !== undefined) return { file, ...data };
  const [issue] = error.issues;
  throw refused(`is no plan of gsys: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

/**
 * What is planned may be carried out only where nothing that it was made from has changed since.
 * @param facts of the plan's services, as they are now
 * @throws GsysError PLAN_OUTDATED that names what changed
 */
export function assertWorldUnchanged(plan: PlanFile, fleet: Fleet, facts: ServiceFacts[]): void {
  const changes = worldChanges(plan.world, worldOf(fleet, facts));
  if (changes.length === 0) return;
  throw new GsysError('PLAN_OUTDATED', `${plan.file} is out of date: ${inShort(changes)}`, {
    details: changes,
    next: `gsys plan ${[...namesOf(plan, fleet), '--out', plan.file].join(' ')}`,
  });
}

/** How many changes a sentence holds. */
const SHORT = 3;

function inShort(changes: string[]): string {
  const more = changes.length - SHORT;
  return `${changes.slice(0, SHORT).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** As the plan's command named them: none where it was for the whole fleet. */
function namesOf({ services }: Pick<PlanFile, 'services'>, fleet: Fleet): string[] {
  const names = services.map(({ service }) => service);
  return fleet.services.every(({ name }) => names.includes(name)) ? [] : names;
}
