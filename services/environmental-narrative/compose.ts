import type { ElementType } from '../gen/environmental_narrative_pb.js';
import { diceOf } from '../sdk/draw.ts';
import { sceneLayers, situationLayers, tagLayer } from './layers.ts';
import type { Situation } from './situation.ts';
import { CROWD, DANGER, LIGHT, levelOf, SCENES, type Scene, WEATHER } from './words.ts';

export interface Wanted {
  locationId: string;
  scene: Scene;
  situation: Situation;
  tags: string[];
  /** Undefined: the place's own words. */
  seed: bigint | undefined;
}

export interface Element {
  elementId: string;
  elementType: ElementType;
  content: string;
  intensity: number;
  durationSeconds: number;
  triggers: string[];
}

/** A place in words. They follow from the place, the seed and what each layer is made of, and from nothing else. */
export function compose({ locationId, scene, situation, tags, seed }: Wanted): Element[] {
  const layers = [...sceneLayers(scene), ...situationLayers(situation), ...tags.map(tagLayer)];
  return layers.map(({ name, madeOf, type, texts, intensity, seconds = [0, 0], trigger }) => {
    const dice = diceOf(String(seed ?? ''), locationId, scene, name, ...madeOf);
    return {
      elementId: elementId(locationId, name),
      elementType: type,
      content: dice.pick(texts),
      intensity: Math.round(intensity * 100) / 100,
      durationSeconds: dice.between(...seconds),
      triggers: [trigger],
    };
  });
}

export function elementId(locationId: string, layer: string): string {
  return `${locationId}/${layer}`;
}

/** "uneasy, dim, crowded, in the fog" */
export function atmosphereOf({ context }: Situation): string {
  const { weather, time_of_day: time, crowd, danger = 0 } = context;
  const moods = [
    levelOf(DANGER, danger).mood,
    time && LIGHT[time].mood,
    crowd === undefined ? undefined : levelOf(CROWD, crowd).mood,
    weather && WEATHER[weather].mood,
  ];
  return moods.filter((mood) => mood !== undefined).join(', ');
}

/** The most important first. */
export function soundsOf(scene: Scene, { context, events }: Situation): string[] {
  const { weather, time_of_day: time, crowd, danger = 0 } = context;
  const sounds = [
    levelOf(DANGER, danger).sound,
    ...events.map((event) => `event_${event}`),
    weather && WEATHER[weather].sound,
    SCENES[scene].sound,
    crowd === undefined ? undefined : levelOf(CROWD, crowd).sound,
    time && LIGHT[time].sound,
  ];
  return sounds.filter((sound) => sound !== undefined);
}
