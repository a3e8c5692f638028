import { StoryType, Tone } from '../gen/story_teller_pb.js';

/** Whom and what a story is about. Sentences name them in braces. */
export interface Cast {
  protagonist: string;
  rival: string;
  ally: string;
  place: string;
  prize: string;
}

/** Where nobody says otherwise. */
export const CASTS: Record<keyof Cast, string[]> = {
  protagonist: ['Mara', 'Ilyas', 'Old Benno', 'Sister Agnes', 'Teodor', 'Wren'],
  rival: ['House Carrow', 'the Tallow King', 'Captain Voss', 'the Pale Notary', 'Lady Ashby'],
  ally: ['Finn', 'the ferryman', 'Doctor Quill', 'little Noor', 'the bell ringer'],
  place: ['the Old Harbour', 'Saltmarsh', 'the Lower Market', 'Gallows Hill', 'the drowned quarter'],
  prize: ['the black ledger', 'a jar of moonlight', 'the surgeon’s key', 'a stolen heart', 'the last letter'],
};

/** No sentence has more words than this, names of three words put in: so that a chapter can keep to its length. */
export const LONGEST_SENTENCE = 25;
export const LONGEST_NAME = 3;

interface Kind {
  titles: string[];
  openings: string[];
  beats: string[];
  endings: string[];
}

export const KINDS: Record<Exclude<StoryType, StoryType.UNSPECIFIED>, Kind> = {
  [StoryType.HEIST]: {
    titles: ['{prize} and the thief', 'A door in {place}', 'What {rival} kept locked'],
    openings: [
      '{protagonist} had counted the guards of {place} for eleven nights before anybody spoke of {prize}.',
      'Everybody in {place} knew where {rival} kept {prize}, and nobody knew how to leave with it.',
      'The plan was {ally}’s, and it had only one hole, which was where {protagonist} came in.',
    ],
    beats: [
      'A lock is a promise, {ally} said, and somebody always keeps a second key.',
      '{rival} had doubled the watch, which meant that somebody had talked.',
      'The map of {place} was wrong by one wall, and the wall was warm.',
      '{protagonist} learned the cook’s name first, because cooks hear everything.',
      'Three bells, two guards, one minute: that was all the room there was.',
      'There was dust on everything but the chest that should have held {prize}.',
    ],
    endings: [
      'In the morning {rival} found the chest closed, the guards asleep, and {prize} gone.',
      '{protagonist} left {place} with {prize} under one arm, and never told anybody how light it was.',
    ],
  },
  [StoryType.FEUD]: {
    titles: ['The quarrel of {place}', '{protagonist} against {rival}', 'An old wrong'],
    openings: [
      'It began over {prize}, as {rival} told it, and long before that, as everybody else did.',
      '{protagonist} came back to {place} on the day when {rival} buried a cousin.',
      'For twenty years nobody in {place} had said the two names in one breath: {protagonist}, {rival}.',
    ],
    beats: [
      'A window broke in the night, and by noon there were two more.',
      '{rival} sent flowers, which in {place} is how a war is declared.',
      '{ally} carried messages between the houses until both had reason to hate the messenger.',
      'Somebody had painted an old word on {protagonist}’s door, and spelled it well.',
      'At the market the two sides bought from the same stall, and each paid too much.',
      'The elders of {place} spoke of peace in the voice that they kept for the dead.',
    ],
    endings: [
      'They shook hands over {prize}, and {place} has argued ever since about who let go first.',
      'When {rival} was gone there was nobody left who knew how it had begun, and {protagonist} kept silent.',
    ],
  },
  [StoryType.MYSTERY]: {
    titles: ['Who took {prize}', 'The silence of {ally}', 'A light in {place}'],
    openings: [
      'On the first morning of the fog, {prize} was missing, and so was the man who guarded it.',
      '{protagonist} found the shoe in {place}, upright, laced, and full of salt.',
      'Nobody had seen {ally} come in, and yet there was a second cup on the table.',
    ],
    beats: [
      'The ink was fresh, but the hand was that of a woman ten years dead.',
      '{rival} had an answer for every question but the one that {protagonist} did not ask.',
      'In {place} three clocks had stopped at the same minute, and the fourth ran backwards.',
      'There was a witness, {ally} said, if one counted the dog.',
      'Behind the wardrobe the wall was newer than the house.',
      'Each of the servants told the same story in the same words, and that was the trouble.',
    ],
    endings: [
      'It had been in plain sight: {prize}, on the wall, where {rival} had hung it to be looked past.',
      '{protagonist} burned the notes, told {rival} everything, and left {place} by the early boat.',
    ],
  },
  [StoryType.RESCUE]: {
    titles: ['Before dawn in {place}', 'For {ally}', 'The price of {prize}'],
    openings: [
      '{rival} had {ally}, and wanted {prize} for the rest of them, by dawn.',
      'The note said to come to {place} alone, and {protagonist} had never been good at that.',
      '{ally} had been gone for two days before anybody in {place} would say the word taken.',
    ],
    beats: [
      'There was a light in the third window, and it moved as {ally} moves, favouring one leg.',
      'Every road out of {place} belonged to {rival}, apart from the one that nobody used.',
      '{protagonist} traded a good coat for a bad map, and was glad of it.',
      'The guards changed at midnight, late, and drunk, as they did on every feast.',
      'Somebody had scratched a sign into the wall, which only {ally} would have known.',
      'The water was rising under the floor, faster than anybody had said.',
    ],
    endings: [
      '{ally} walked out of {place} on two legs, and {rival} had no more use for {prize}.',
      'They rowed until {place} was a smell on the wind, and then {ally} began to laugh.',
    ],
  },
};

export const TONES: Record<Exclude<Tone, Tone.UNSPECIFIED>, string[]> = {
  [Tone.GRIM]: [
    'The rain in {place} did not clean anything, it only moved it about.',
    'Somewhere a child was crying, and then somewhere it was not.',
    '{protagonist} had stopped counting the dead at nine, for want of fingers.',
    'Nobody would help, and everybody would watch.',
    'It was the kind of night that keeps what it is given.',
  ],
  [Tone.HOPEFUL]: [
    'Still, there was bread on the sill, and somebody had put it there for {protagonist}.',
    'The fog thinned, and for an hour {place} looked like somewhere one could live.',
    '{ally} smiled, which had not happened since the winter.',
    'One lamp was enough to see by, if people stood close.',
    'Whatever {rival} had taken, the songs were still there in the morning.',
  ],
  [Tone.WRY]: [
    '{rival} was said to fear nothing, and had three locks on the door.',
    'It was a good plan, in the way in which a short rope is a good rope.',
    '{ally} offered advice, which was free, and worth every penny.',
    'In {place} the rats paid rent, and were behind with it.',
    '{protagonist} had been in worse places, and had the scars and one spoon to show for it.',
  ],
};

/** Of themes that have words of their own; others are only spoken of. */
export const THEMES: Record<string, string[]> = {
  betrayal: [
    'Only three people had known, and {protagonist} trusted two of them.',
    '{ally} looked away a moment too late.',
    'The coin was from {rival}’s own purse, and it lay in a friend’s pocket.',
  ],
  debt: [
    'A debt in {place} outlives the one who made it, and marries into the family.',
    '{protagonist} owed {rival} more than money, and less than an answer.',
    'Somebody had paid in full, and that was worse.',
  ],
  mercy: [
    'The knife was there, and the reason, and {protagonist} put the knife down.',
    'Mercy was not a word that they used in {place}, for lack of occasion.',
    '{ally} asked for nothing, which made it hard to refuse.',
  ],
  memory: [
    '{protagonist} remembered this stair, and could not have been here before.',
    'Something in the smell of {place} wanted to be recalled, and would not say what.',
    'They had forgotten the song, all but the line that mattered.',
  ],
};

export const ANY_THEME = [
  'In every doorway of {place} the talk was of {theme}.',
  'It was {theme} again, {ally} said, it was always {theme} in the end.',
  'One could build a house on {theme}, and {rival} had.',
];

export const ASIDES = [
  'The bells of {place} rang for somebody, and stopped before it was clear for whom.',
  '{ally} came in without knocking, wet to the knee, and shut the door with care.',
  'A cart went by below, too slowly for the hour.',
  '{protagonist} slept for an hour, in a chair, with both boots on.',
  'The candle had burned down by half, and nobody had said a word.',
  'Word came from {rival}, folded small, and smelling of cloves.',
  'There was a knock, a long wait, and no second knock.',
  'In the yard somebody had drawn {prize} in chalk, rather well.',
  'It is said in {place} that a question asked twice belongs to the devil.',
  'They ate standing, and left the window open to listen.',
  'The ferry was late, and the ferry had never been late.',
  'Nobody in {place} lit a lamp that evening, though nobody had told them not to.',
];

export const HOOKS = [
  'And that would have been all, had {rival} not been standing in the door.',
  'Then the light went out, and somebody said {protagonist}’s name.',
  'There was no more time: whatever was to be done about {prize} had to be done now.',
  'It was {ally} who asked what nobody else would: what now?',
];
