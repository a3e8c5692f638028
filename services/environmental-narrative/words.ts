import { SceneType } from '../gen/environmental_narrative_pb.js';
import type { TimeOfDay, Weather } from './situation.ts';

export type Scene = Exclude<SceneType, SceneType.UNSPECIFIED>;

interface SceneWords {
  sights: string[];
  smells: string[];
  sound: string;
}

export const SCENES: Record<Scene, SceneWords> = {
  [SceneType.STREET]: {
    sights: [
      'The cobbles lean towards the gutter, polished by wheels that no longer come.',
      'Posters hang three deep on the wall, and each layer wants somebody found.',
      'Every second window has a board for a pane.',
    ],
    smells: ['Coal smoke and wet brick.', 'Somebody fries onions, close by and out of sight.'],
    sound: 'ambience_street',
  },
  [SceneType.MARKET]: {
    sights: [
      'The stalls stand so close that their awnings share one puddle.',
      'A scale sways over the counter, and its two pans do not agree.',
      'Jars are stacked by colour, with the labels to the back.',
    ],
    smells: ['Fish, cloves, and something sweet on top to hide it.', 'Hot fat and old leather.'],
    sound: 'ambience_market',
  },
  [SceneType.HARBOUR]: {
    sights: [
      'Ropes as thick as arms hold ships that nobody has paid for.',
      'The tide has left a line of salt and feathers along the steps.',
      'A crane hangs over the water with nothing on its hook.',
    ],
    smells: ['Tar, weed, and the inside of old barrels.', 'The mud at low water.'],
    sound: 'ambience_harbour',
  },
  [SceneType.CRYPT]: {
    sights: [
      'The names on the slabs have been worn down by hands, not by weather.',
      'One of the niches is newer than the others, and empty.',
      'Wax has run from the ledge to the floor, and set there in the shape of a foot.',
    ],
    smells: ['Cold stone and extinguished candles.', 'Dust, with a trace of lilies.'],
    sound: 'ambience_crypt',
  },
  [SceneType.CLINIC]: {
    sights: [
      'The enamel basin has been scrubbed down to the iron.',
      'Instruments lie on a cloth in order of size, and one is missing.',
      'A curtain on rails divides the room, and does not reach the floor.',
    ],
    smells: ['Carbolic soap, and what it is there to cover.', 'Spirit and boiled linen.'],
    sound: 'ambience_clinic',
  },
  [SceneType.FOREST]: {
    sights: [
      'The path is there as long as one does not look for it.',
      'Rags are tied to the low branches, bleached to one colour.',
      'A tree has grown around a chain, and taken most of it in.',
    ],
    smells: ['Leaf mould and resin.', 'Mushrooms, and rain that fell days ago.'],
    sound: 'ambience_forest',
  },
};

interface Words {
  texts: string[];
  /** In a list of words: "calm, bright, in the rain". */
  mood: string;
  sound?: string;
}

/** 0 to 1. */
type Felt = Words & { intensity: number };

/** From this share on: the last one that fits counts. */
type Level = Words & { from: number };

export function levelOf(levels: Level[], share: number): Level {
  return levels.findLast(({ from }) => from <= share) ?? (levels[0] as Level);
}

export const WEATHER: Record<Weather, Felt> = {
  clear: {
    texts: ['The air is still, and carries every step.', 'The sky is open and very far up.'],
    intensity: 0.1,
    mood: 'under a clear sky',
  },
  rain: {
    texts: ['Rain ticks on everything that is hollow.', 'Water finds its way down the collar.'],
    intensity: 0.5,
    mood: 'in the rain',
    sound: 'rain_steady',
  },
  fog: {
    texts: [
      'Fog takes the far end of things, then the near one.',
      'Shapes come out of the fog late, and turn out smaller.',
    ],
    intensity: 0.6,
    mood: 'in the fog',
    sound: 'fog_distant_horn',
  },
  storm: {
    texts: ['The wind leans on every door in turn.', 'Lightning shows it all once, too clearly.'],
    intensity: 0.9,
    mood: 'in a storm',
    sound: 'storm_gusts',
  },
  snow: {
    texts: [
      'Snow has rounded every edge, and hidden the step.',
      'There are footprints in the snow, going one way.',
    ],
    intensity: 0.4,
    mood: 'in the snow',
    sound: 'snow_hush',
  },
};

export const LIGHT: Record<TimeOfDay, Felt> = {
  dawn: {
    texts: ['The light comes in flat, and grey, and late.', 'The first window opens, and is shut again.'],
    intensity: 0.3,
    mood: 'pale',
  },
  day: {
    texts: ['In this light everything looks its age.', 'Shadows keep close to whoever owns them.'],
    intensity: 0.2,
    mood: 'bright',
  },
  dusk: {
    texts: [
      'The lamps are lit one after the other, skipping some.',
      'What is blue goes first, then the faces.',
    ],
    intensity: 0.4,
    mood: 'dim',
  },
  night: {
    texts: ['Beyond the reach of the lamp there is only opinion.', 'The dark has corners here.'],
    intensity: 0.6,
    mood: 'dark',
    sound: 'night_insects',
  },
};

export const CROWD: Level[] = [
  {
    from: 0,
    texts: ['There is nobody here, and there was a moment ago.', 'Nothing moves that has legs.'],
    mood: 'deserted',
  },
  {
    from: 0.2,
    texts: ['A few people pass, and look at their feet.', 'Two men talk, and stop talking.'],
    mood: 'quiet',
    sound: 'crowd_murmur',
  },
  {
    from: 0.7,
    texts: [
      'One is carried along here rather than walks.',
      'Shoulders, elbows, and a hand that was not an accident.',
    ],
    mood: 'crowded',
    sound: 'crowd_busy',
  },
];

export const DANGER: Level[] = [
  {
    from: 0,
    texts: ['Somebody has noticed, and makes a point of not showing it.', 'A door is closed that was ajar.'],
    mood: 'calm',
  },
  {
    from: 0.3,
    texts: ['The same coat has been behind you twice.', 'There is whistling, and the tune is an answer.'],
    mood: 'uneasy',
    sound: 'tension_low',
  },
  {
    from: 0.7,
    texts: ['Every way out has somebody leaning in it.', 'Steel is drawn, slowly, so that it may be heard.'],
    mood: 'menacing',
    sound: 'tension_high',
  },
];

/** What happens in places and has words of its own; all else is but spoken of. */
export const EVENTS: Record<string, string[]> = {
  fire: [
    'Smoke stands over the roofs, and the buckets come too slowly.',
    'Something burns that should not, with a green edge to it.',
  ],
  riot: [
    'Paving stones are passed from hand to hand, without a word.',
    'A shutter comes down, and another, all along the row.',
  ],
  funeral: [
    'A coffin goes by, carried by men of different heights.',
    'The bell counts out somebody’s years, and stops early.',
  ],
  festival: ['Paper lanterns, drums, and a smell of burnt sugar.', 'Masks go by in pairs, and one alone.'],
  plague: [
    'A chalk cross is on the door, and the chalk is fresh.',
    'They burn juniper on the corners, and it does not help.',
  ],
};

export const ANY_EVENT = [
  'There is a {event}, and whoever is here is here because of it.',
  'The {event} is all that anybody speaks of.',
];

export const TAGS = [
  'A {tag} is here, where nobody would leave one.',
  'One could miss the {tag}, and most do.',
  'There is a {tag} in the corner, older than the walls.',
];
