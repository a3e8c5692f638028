import {
  GenerateRequestSchema,
  GenerateResponseSchema,
  SceneType,
  SceneTypeSchema,
  UpdateContextRequestSchema,
  UpdateContextResponseSchema,
} from '../gen/environmental_narrative_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import type { Events } from '../sdk/events.ts';
import { enumOf, idOf, invalid, listOf } from '../sdk/fields.ts';
import { hashOf } from '../sdk/hash.ts';
import { safeKey } from '../sdk/kv.ts';
import type { Records } from '../sdk/records.ts';
import { atmosphereOf, compose, elementId, soundsOf } from './compose.ts';
import { differing } from './layers.ts';
import { type Situation, UNKNOWN, withChanges } from './situation.ts';

const MAX_WORDS = 10;

/** Both endpoints over the situations that all tasks share. */
export function narrativeEndpoints(situations: Records, events: Events): Record<string, Endpoint> {
  return {
    generate: endpoint(GenerateRequestSchema, GenerateResponseSchema, async (request, { log }) => {
      const { locationId, context, seed } = request;
      const record = recordOf(locationId);
      const scene = enumOf('scene_type', SceneTypeSchema, request.sceneType);
      const tags = wordsOf(request.tags, 'tags');
      const known = (await situations.get<Situation>(record)) ?? UNKNOWN;
      const situation = { ...known, context: withChanges(known.context, context, 'context') };
      const elements = compose({ locationId, scene, situation, tags, seed });
      const payload = {
        ...{ location_id: locationId, scene_type: SceneType[scene] },
        elements: elements.map((one) => one.elementId),
      };
      // The same scene in the same words is the same event.
      const id = `narrative.${hashOf(JSON.stringify(elements))}`;
      await events.announce('evt.narrative.generated.v1', { id, payload }, log);
      return { elements, atmosphere: atmosphereOf(situation), recommendedSounds: soundsOf(scene, situation) };
    }),

    update_context: endpoint(
      UpdateContextRequestSchema,
      UpdateContextResponseSchema,
      async (request, { key }) => {
        const { locationId, contextUpdates } = request;
        const record = recordOf(locationId);
        const active = wordsOf(request.activeEvents, 'active_events');
        const affected = await situations.change(record, key, (before: Situation = UNKNOWN) => {
          const context = withChanges(before.context, contextUpdates, 'context_updates');
          const after = { context, events: active };
          const layers = differing(before, after);
          return { next: layers.length > 0 ? after : undefined, result: layers };
        });
        return {
          success: true,
          affectedElements: affected.map((layer) => elementId(locationId, layer)),
        };
      },
    ),
  };
}

function recordOf(locationId: string): string {
  return `location.${safeKey(idOf('location_id', locationId))}`;
}

/** Each once, sorted: in whatever order they are said, they are the same. */
function wordsOf(words: string[], field: string): string[] {
  for (const word of listOf(field, words, MAX_WORDS))
    if (!/^[a-z][a-z0-9_]{0,31}$/.test(word))
      throw invalid(`${field} must be lower-case words of 32 letters, digits and _ at most.`);
  return [...new Set(words)].sort();
}
