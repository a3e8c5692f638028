import { type StoryType, Tone } from '../gen/story_teller_pb.js';
import { diceOf } from '../sdk/draw.ts';
import { hashOf } from '../sdk/hash.ts';
import { CASTS, type Cast, KINDS } from './words.ts';

/** All that a chapter follows from, as it lies in the bucket. Nothing ever changes one: its id is made of it. */
export interface Checkpoint {
  storyId: string;
  title: string;
  /** In decimals: JSON has no numbers of 64 bits. */
  seed: string;
  type: Kind;
  tone: Voice;
  themes: string[];
  cast: Cast;
  /** Words of a chapter. */
  min: number;
  max: number;
  /** The approaches taken so far: one a chapter. */
  path: string[];
}

export type Kind = Exclude<StoryType, StoryType.UNSPECIFIED>;
export type Voice = Exclude<Tone, Tone.UNSPECIFIED>;

export interface Wanted {
  type: Kind;
  /** Undefined: the seed's choice. */
  tone: Voice | undefined;
  themes: string[];
  cast: Partial<Cast>;
  min: number;
  max: number;
}

const TONES: Voice[] = [Tone.GRIM, Tone.HOPEFUL, Tone.WRY];

/** Where a story begins. */
export function firstCheckpoint({ tone, cast, ...wanted }: Wanted, seed: bigint): Checkpoint {
  const name = String(seed);
  const story = {
    ...wanted,
    seed: name,
    tone: tone ?? diceOf(name, 'tone').pick(TONES),
    cast: { ...castOf(name), ...cast },
    path: [],
  };
  const title = put(diceOf(name, 'title').pick(KINDS[story.type].titles), story.cast);
  return { ...story, title, storyId: hash({ ...story, title }) };
}

/** Where it goes on, when an approach was taken and some of the cast have changed. */
export function nextCheckpoint(before: Checkpoint, approach: string, cast: Partial<Cast>): Checkpoint {
  return { ...before, cast: { ...before.cast, ...cast }, path: [...before.path, approach] };
}

export function checkpointId(checkpoint: Checkpoint): string {
  return hash(checkpoint);
}

/** A sentence with the cast put in. */
export function put(sentence: string, cast: Cast, theme = ''): string {
  const text = sentence.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'theme' ? theme : cast[name as keyof Cast],
  );
  return (text[0] ?? '').toUpperCase() + text.slice(1);
}

function castOf(seed: string): Cast {
  const chosen = (role: keyof Cast) => diceOf(seed, role).pick(CASTS[role]);
  return {
    protagonist: chosen('protagonist'),
    rival: chosen('rival'),
    ally: chosen('ally'),
    place: chosen('place'),
    prize: chosen('prize'),
  };
}

/** However its properties came together; those of the cast have one order. */
function hash(value: object): string {
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return hashOf(JSON.stringify(sorted));
}
