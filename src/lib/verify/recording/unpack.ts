import * as z from 'zod';
import type { Fleet } from '../../fleet/fleet.ts';
import type { EvidenceSet } from '../evidence.ts';
import type { Observation } from '../observation.ts';
import { decode } from './encode.ts';
import { DEFINITION, type Manifest, sourceOf } from './manifest.ts';

/** Names become subjects, and words of commands to type. */
const named = z.looseObject({ name: z.string().regex(/^[\w.-]+$/) });

const fleetSchema = z.looseObject({
  ...named.shape,
  services: z.array(named),
  nats: z.looseObject({ streams: z.array(named) }),
  environment: z.looseObject({ ...named.shape, nats: z.looseObject({ nodes: z.array(named) }) }),
});

const collectedSchema = z.strictObject({
  at: z.date(),
  evidence: z.union([z.looseObject({}), z.array(z.unknown())]),
});

/**
 * The observation that the files of a recording hold. Whoever records judges this too, so that a replay cannot differ.
 * @param files text by name
 * @throws ZodError, SyntaxError for what gsys never wrote
 */
export function unpack(
  { startedAt, judgedAt, apiCalls }: Manifest,
  files: Record<string, string>,
): Observation {
  const evidence: EvidenceSet = {};
  for (const [name, text] of Object.entries(files)) {
    const source = sourceOf(name);
    if (source !== undefined) Object.assign(evidence, { [source]: collectedSchema.parse(decode(text)) });
  }
  const fleet = fleetSchema.parse(decode(files[DEFINITION] ?? '')) as unknown as Fleet;
  return { fleet, evidence, startedAt: new Date(startedAt), judgedAt: new Date(judgedAt), apiCalls };
}
