import { diceOf } from '../sdk/draw.ts';
import { FAMILIES } from './catalogue.ts';
import type { Deal } from './deal.ts';

/** From this standing on; the last one that fits counts. */
const GREETINGS: { from: number; lines: string[] }[] = [
  { from: -100, lines: ['{name} does not ask you to sit.', '"You have a nerve," says {name}.'] },
  { from: -20, lines: ['{name} looks at the parcel before looking at you.', '"Let us see," says {name}.'] },
  {
    from: 20,
    lines: ['"My dear friend," says {name}, and means the parcel.', '{name} has the good chair brought.'],
  },
];

const OUTCOMES = {
  accepted: ['"{quantity} of {drug}. Done, and be quick."', '"{drug}, {quantity} of it, as you wish."'],
  counter: [
    '"For that? {quantity} of {drug}, and not one more."',
    '"I could let you have {quantity} of {drug}, and lose by it."',
  ],
  insulted: [
    '"I shall forget that figure. {quantity} of {drug}."',
    '"You insult this house. {quantity} of {drug}, or go."',
  ],
  refused: ['"There is nothing here that I would want."', '"The door is where you left it."'],
};

/** What is said: it follows from the deal. */
export function dialogueOf(deal: Deal): string[] {
  const { id, familyId, drug, quantity, standing } = deal;
  const greeting = GREETINGS.findLast(({ from }) => from <= standing)?.lines ?? [];
  const dice = diceOf(id);
  return [dice.pick(greeting), dice.pick(OUTCOMES[outcomeOf(deal)])].map((line) =>
    line
      .replace('{name}', FAMILIES[familyId]?.name ?? '')
      .replace('{drug}', drug.replaceAll('_', ' '))
      .replace('{quantity}', String(quantity))
      .replace(/^("?)(\p{L})/u, (_, quote: string, letter: string) => quote + letter.toUpperCase()),
  );
}

function outcomeOf({ isAccepted, drug, relationship }: Deal): keyof typeof OUTCOMES {
  if (isAccepted) return 'accepted';
  if (drug === '') return 'refused';
  return relationship < 0 ? 'insulted' : 'counter';
}
