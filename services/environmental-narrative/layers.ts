import { ElementType } from '../gen/environmental_narrative_pb.js';
import type { Situation } from './situation.ts';
import {
  ANY_EVENT,
  CROWD,
  DANGER,
  EVENTS,
  LIGHT,
  levelOf,
  SCENES,
  type Scene,
  TAGS,
  WEATHER,
} from './words.ts';

/** One thing that there is to a place. */
export interface Layer {
  name: string;
  /** As long as these are the same, the layer is. */
  madeOf: (string | number)[];
  type: ElementType;
  /** One of them is said. */
  texts: string[];
  /** 0 to 1. */
  intensity: number;
  /** How long it takes, between the two; absent: as long as nothing changes. */
  seconds?: [number, number];
  trigger: string;
}

const { SIGHT, SOUND, SMELL, HAPPENING } = ElementType;

/** What every scene of a kind has. */
export function sceneLayers(scene: Scene): Layer[] {
  const { sights, smells } = SCENES[scene];
  const always = { madeOf: [] };
  return [
    { ...always, name: 'place', type: SIGHT, texts: sights, intensity: 0.3, trigger: 'player_enters' },
    { ...always, name: 'air', type: SMELL, texts: smells, intensity: 0.2, trigger: 'player_lingers' },
  ];
}

/** What is known of a place, and what is going on there. */
export function situationLayers({ context, events }: Situation): Layer[] {
  const { weather, time_of_day: time, crowd, danger = 0 } = context;
  const layers: Layer[] = [];
  if (weather !== undefined) {
    const { texts, intensity } = WEATHER[weather];
    const trigger = `weather:${weather}`;
    layers.push({ name: 'weather', madeOf: [weather], type: SOUND, texts, intensity, trigger });
  }
  if (time !== undefined) {
    const { texts, intensity } = LIGHT[time];
    const trigger = `time_of_day:${time}`;
    layers.push({ name: 'light', madeOf: [time], type: SIGHT, texts, intensity, trigger });
  }
  if (crowd !== undefined) {
    const { texts } = levelOf(CROWD, crowd);
    const made = { name: 'crowd', madeOf: [crowd], type: SOUND, texts, intensity: crowd };
    layers.push({ ...made, seconds: [30, 90], trigger: 'player_enters' });
  }
  if (danger > 0) {
    const { texts } = levelOf(DANGER, danger);
    const made = { name: 'danger', madeOf: [danger], type: HAPPENING, texts, intensity: danger };
    layers.push({ ...made, seconds: [10, 40], trigger: 'player_lingers' });
  }
  return [...layers, ...events.map((event) => eventLayer(event, danger))];
}

export function tagLayer(tag: string): Layer {
  const texts = about(TAGS, 'tag', tag);
  return { name: `tag.${tag}`, madeOf: [], type: SIGHT, texts, intensity: 0.4, trigger: 'player_looks' };
}

/** Names of the layers that have come, gone, or become other ones. */
export function differing(before: Situation, after: Situation): string[] {
  const key = ({ name, madeOf }: Layer) => JSON.stringify([name, madeOf]);
  const [old, now] = [situationLayers(before), situationLayers(after)];
  const isSame = (layer: Layer) =>
    [old, now].every((layers) => layers.some((one) => key(one) === key(layer)));
  return [...new Set([...old, ...now].filter((layer) => !isSame(layer)).map(({ name }) => name))];
}

/** What happens is felt the more, the more dangerous the place is. */
function eventLayer(event: string, danger: number): Layer {
  const known = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined;
  return {
    ...{ name: `event.${event}`, madeOf: [event, danger], type: HAPPENING },
    texts: known ?? about(ANY_EVENT, 'event', event),
    intensity: 0.6 + 0.4 * danger,
    seconds: [15, 60],
    trigger: `event:${event}`,
  };
}

function about(texts: string[], name: string, word: string): string[] {
  return texts.map((text) => text.replace(`{${name}}`, word.replaceAll('_', ' ')));
}
