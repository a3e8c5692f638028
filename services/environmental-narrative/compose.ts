import { ElementType } from '../gen/environmental_narrative_pb.js';
import { draw } from './draw.ts';
import { type Layer, layersOf, type Situation, type TimeOfDay, type Weather } from './situation.ts';
import { ANY_EVENT, CROWD, DANGER, EVENTS, LIGHT, SCENES, type Scene, TAGS, WEATHER } from './words.ts';

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

const { SIGHT, SOUND, SMELL, HAPPENING } = ElementType;

/** A place in words. They follow from the place, the seed and what each layer is made of, and from nothing else. */
export function compose(wanted: Wanted): Element[] {
  const { locationId, scene, situation, tags, seed } = wanted;
  const { sights, smells } = SCENES[scene];
  const element = (layer: Layer, { type, texts, intensity, seconds, triggers }: Making): Element => {
    const name = [String(seed ?? ''), locationId, scene, layer.name, ...layer.madeOf];
    const [least, most] = seconds;
    return {
      elementId: elementId(locationId, layer.name),
      elementType: type,
      content: texts[Math.floor(draw(...name) * texts.length)] ?? '',
      intensity: Math.round(intensity * 100) / 100,
      durationSeconds: least + Math.floor(draw(...name, 'seconds') * (most - least + 1)),
      triggers,
    };
  };
  const always = { seconds: [0, 0] as [number, number] };
  return [
    element(
      { name: 'place', madeOf: [] },
      { type: SIGHT, texts: sights, intensity: 0.3, ...always, triggers: ['player_enters'] },
    ),
    element(
      { name: 'air', madeOf: [] },
      { type: SMELL, texts: smells, intensity: 0.2, ...always, triggers: ['player_lingers'] },
    ),
    ...layersOf(situation).map((layer) => element(layer, makingOf(layer))),
    ...tags.map((tag) =>
      element(
        { name: `tag.${tag}`, madeOf: [] },
        {
          type: SIGHT,
          texts: about(TAGS, 'tag', tag),
          intensity: 0.4,
          ...always,
          triggers: ['player_looks'],
        },
      ),
    ),
  ];
}

export function elementId(locationId: string, layer: string): string {
  return `${locationId}/${layer}`;
}

/** "uneasy, dim, crowded, in the fog" */
export function atmosphereOf({ context }: Situation): string {
  const { weather, time_of_day: time, crowd, danger = 0 } = context;
  return [
    level(DANGER, danger).mood,
    ...(time === undefined ? [] : [LIGHT[time].mood]),
    ...(crowd === undefined ? [] : [level(CROWD, crowd).mood]),
    ...(weather === undefined ? [] : [WEATHER[weather].mood]),
  ].join(', ');
}

/** The most important first. */
export function soundsOf(scene: Scene, { context, events }: Situation): string[] {
  const { weather, time_of_day: time, crowd, danger = 0 } = context;
  const sounds = [
    level(DANGER, danger).sound,
    ...events.map((event) => `event_${event}`),
    weather && WEATHER[weather].sound,
    SCENES[scene].sound,
    crowd === undefined ? undefined : level(CROWD, crowd).sound,
    time && LIGHT[time].sound,
  ];
  return sounds.filter((sound) => sound !== undefined);
}

interface Making {
  type: ElementType;
  texts: string[];
  intensity: number;
  /** Between the two. */
  seconds: [number, number];
  triggers: string[];
}

function makingOf({ name, madeOf: [what, danger] }: Layer): Making {
  if (name === 'weather') {
    const words = WEATHER[what as Weather];
    return { type: SOUND, ...words, seconds: [0, 0], triggers: [`weather:${what}`] };
  }
  if (name === 'light') {
    const words = LIGHT[what as TimeOfDay];
    return { type: SIGHT, ...words, seconds: [0, 0], triggers: [`time_of_day:${what}`] };
  }
  const share = Number(what);
  if (name === 'crowd')
    return {
      type: SOUND,
      texts: level(CROWD, share).texts,
      intensity: share,
      seconds: [30, 90],
      triggers: ['player_enters'],
    };
  if (name === 'danger')
    return {
      type: HAPPENING,
      texts: level(DANGER, share).texts,
      intensity: share,
      seconds: [10, 40],
      triggers: ['player_lingers'],
    };
  const event = String(what);
  const texts = Object.hasOwn(EVENTS, event) ? (EVENTS[event] ?? []) : about(ANY_EVENT, 'event', event);
  return {
    type: HAPPENING,
    texts,
    intensity: 0.6 + 0.4 * Number(danger),
    seconds: [15, 60],
    triggers: [`event:${event}`],
  };
}

function about(texts: string[], name: string, word: string): string[] {
  return texts.map((text) => text.replace(`{${name}}`, word.replaceAll('_', ' ')));
}

function level<T extends { from: number }>(levels: T[], share: number): T {
  return levels.findLast(({ from }) => from <= share) ?? (levels[0] as T);
}
