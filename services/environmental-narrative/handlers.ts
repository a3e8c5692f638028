import { createHash } from 'node:crypto';
import {
  GenerateRequestSchema,
  GenerateResponseSchema,
  SceneType,
  UpdateContextRequestSchema,
  UpdateContextResponseSchema,
} from '../gen/environmental_narrative_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import { atmosphereOf, compose, elementId, soundsOf } from './compose.ts';
import { differing } from './layers.ts';
import { type Situation, UNKNOWN, withChanges } from './situation.ts';
import type { Scene } from './words.ts';

/** Bytes. */
const MAX_ID = 128;
const MAX_WORDS = 10;

/** Both endpoints over the situations that all tasks share. */
export function narrativeEndpoints(bucket: Bucket, events: Events): Record<string, Endpoint> {
  return {
    generate: endpoint(GenerateRequestSchema, GenerateResponseSchema, async (request, { log }) => {
      const { locationId, context, seed } = request;
      const key = keyOf(locationId);
      const scene = sceneOf(request.sceneType);
      const tags = wordsOf(request.tags, 'tags');
      const known = (await bucket.get<Situation>(key)) ?? UNKNOWN;
      const situation = { ...known, context: withChanges(known.context, context, 'context') };
      const elements = compose({ locationId, scene, situation, tags, seed });
      const payload = {
        ...{ location_id: locationId, scene_type: SceneType[scene] },
        elements: elements.map((one) => one.elementId),
      };
      await events.announce('evt.narrative.generated.v1', { id: idOf(elements), payload }, log);
      return { elements, atmosphere: atmosphereOf(situation), recommendedSounds: soundsOf(scene, situation) };
    }),

    update_context: endpoint(UpdateContextRequestSchema, UpdateContextResponseSchema, async (request) => {
      const { locationId, contextUpdates } = request;
      const key = keyOf(locationId);
      const active = wordsOf(request.activeEvents, 'active_events');
      let affected: string[] = [];
      await bucket.update<Situation>(key, (before = UNKNOWN) => {
        const context = withChanges(before.context, contextUpdates, 'context_updates');
        const after = { context, events: active };
        affected = differing(before, after);
        return affected.length > 0 ? after : undefined;
      });
      return {
        success: true,
        affectedElements: affected.map((layer) => elementId(locationId, layer)),
      };
    }),
  };
}

function keyOf(locationId: string): string {
  if (locationId === '' || Buffer.byteLength(locationId) > MAX_ID)
    throw invalid(`location_id must have 1 to ${MAX_ID} bytes.`);
  return `location.${safeKey(locationId)}`;
}

function sceneOf(scene: SceneType): Scene {
  if (scene !== SceneType.UNSPECIFIED && SceneType[scene] !== undefined) return scene;
  throw invalid('scene_type must be SCENE_TYPE_STREET, _MARKET, _HARBOUR, _CRYPT, _CLINIC or _FOREST.');
}

/** Each once, sorted: in whatever order they are said, they are the same. */
function wordsOf(words: string[], field: string): string[] {
  if (words.length > MAX_WORDS) throw invalid(`${field} has more than ${MAX_WORDS}.`);
  for (const word of words)
    if (!/^[a-z][a-z0-9_]{0,31}$/.test(word))
      throw invalid(`${field} must be lower-case words of 32 letters, digits and _ at most.`);
  return [...new Set(words)].sort();
}

/** The same scene in the same words is the same event. */
function idOf(elements: object[]): string {
  return `narrative.${createHash('sha256').update(JSON.stringify(elements)).digest('hex').slice(0, 24)}`;
}

function invalid(message: string): ServiceError {
  return new ServiceError(Code.INVALID_ARGUMENT, message);
}
