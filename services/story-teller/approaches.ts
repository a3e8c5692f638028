/** What a protagonist can do at the end of a chapter, and what comes of it. */
export interface Approach {
  text: string;
  /** How the next chapter begins. */
  turn: string;
  /** Words that speak for it; the beginning of a word is enough. */
  signs: string[];
  /** How much it changes, 0 to 1. */
  weight: number;
  consequences: [string, string];
  changes: Record<string, number>;
}

export const APPROACHES: Record<string, Approach> = {
  force: {
    text: 'Take {prize} by force, whoever stands in the way.',
    turn: 'There was blood on the stairs afterwards, and not all of it was {rival}’s.',
    signs: ['force', 'fight', 'attack', 'strike', 'kill', 'break', 'take', 'storm'],
    weight: 0.9,
    consequences: [
      '{rival} will not forget this.',
      'People in {place} bar their doors when {protagonist} comes by.',
    ],
    changes: { morality: -3, danger: 4, 'standing.rival': -6 },
  },
  deceit: {
    text: 'Lie to {rival}, and let the lie do the work.',
    turn: '{rival} believed it, or was polite enough to seem to.',
    signs: ['lie', 'lying', 'trick', 'deceive', 'pretend', 'cheat', 'disguise', 'bluff'],
    weight: 0.6,
    consequences: ['The lie has to be kept up from now on.', '{ally} was not told, and will find out.'],
    changes: { morality: -2, danger: 2, 'standing.ally': -2 },
  },
  bargain: {
    text: 'Offer {rival} a share of {prize}, and name a price.',
    turn: 'They settled on a figure, and both went home to wonder who had been robbed.',
    signs: ['offer', 'bargain', 'pay', 'trade', 'deal', 'buy', 'sell', 'price', 'share', 'negotiate'],
    weight: 0.5,
    consequences: ['{rival} expects to be paid.', 'Half of {prize} is spoken for.'],
    changes: { danger: -2, 'standing.rival': 4 },
  },
  mercy: {
    text: 'Let {rival} go, and ask for nothing.',
    turn: '{rival} was let go, looked back once, and did not say thank you.',
    signs: ['spare', 'mercy', 'forgive', 'let', 'release', 'free', 'pity', 'help'],
    weight: 0.7,
    consequences: [
      '{rival} is in {protagonist}’s debt, and hates it.',
      'In {place} it is told as a weakness, so far.',
    ],
    changes: { morality: 4, 'standing.rival': 2, danger: 2 },
  },
  flight: {
    text: 'Leave {place} tonight, with or without {prize}.',
    turn: 'By morning there were ten miles of marsh between {protagonist} and {place}, and it was not enough.',
    signs: ['leave', 'flee', 'run', 'escape', 'hide', 'away', 'retreat'],
    weight: 0.4,
    consequences: ['{rival} has {place} for the time being.', '{ally} was left behind.'],
    changes: { danger: -4, 'standing.ally': -4 },
  },
  patience: {
    text: 'Watch {place} for another night, and move last.',
    turn: 'Another night went by, and it was {rival} who moved first.',
    signs: ['wait', 'watch', 'listen', 'observe', 'follow', 'spy', 'look', 'patien'],
    weight: 0.3,
    consequences: ['{rival} grows careless.', 'Whoever waits is seen waiting.'],
    changes: { danger: -2 },
  },
  trust: {
    text: 'Tell {ally} everything, and do it together.',
    turn: '{ally} listened to the end, and then put on a coat.',
    signs: ['trust', 'tell', 'confess', 'ask', 'together', 'share', 'truth', 'explain'],
    weight: 0.5,
    consequences: ['{ally} knows enough to be in danger.', 'There are two who can open the door now.'],
    changes: { morality: 2, 'standing.ally': 6 },
  },
};
