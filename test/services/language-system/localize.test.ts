import { describe, expect, it } from 'vitest';
import { CATALOGUE, type Message } from '../../../services/language-system/catalogue.ts';
import { localizer } from '../../../services/language-system/localize.ts';
import { CATALOGUE as SETTINGS } from '../../../services/settings/catalogue.ts';

const formsOf = (message: Message) =>
  typeof message === 'string'
    ? [message]
    : Object.entries(message).flatMap(([name, text]) => (name === 'by' ? [] : [text]));
const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe.each(Object.entries(CATALOGUE))('the message %s', (_, translations) => {
  it('is there in every language that a player can choose', () => {
    const { language } = SETTINGS;
    expect(Object.keys(translations).sort()).toEqual(
      language && 'allowed' in language ? language.allowed : [],
    );
  });

  it('has the same names in each language and form', () => {
    const [first, ...others] = Object.values(translations).flatMap(formsOf).map(namesIn);
    for (const names of others) expect(names).toEqual(first);
  });

  it('has a form for every whole number', () => {
    for (const [language, message] of Object.entries(translations)) {
      if (typeof message === 'string') continue;
      const rules = new Intl.PluralRules(language);
      const needed = new Set(Array.from({ length: 200 }, (_, count) => rules.select(count)));
      expect(Object.keys(message)).toEqual(expect.arrayContaining([...needed]));
    }
  });
});

describe('localizing', () => {
  it.each([
    ['en', 1, '1 objective left.'],
    ['en', 0, '0 objectives left.'],
    ['fr', 0, 'Il reste 0 objectif.'],
    ['de', 1234, 'Noch 1.234 Ziele.'],
    ['pl', 3, 'Pozostały 3 cele.'],
    ['pl', 12, 'Pozostało 12 celów.'],
    ['pl', 1.5, 'Pozostało 1,5 celu.'],
    ['ru', 21, 'Осталась 21 цель.'],
    ['ja', 5, '残りの目標：5'],
  ])('in %s, %d takes its own form', (language, count, text) => {
    expect(localizer()('quest.objectives_left', language, { count }).text).toBe(text);
  });

  it('takes a region for its language', () => {
    expect(localizer()('inventory.full', 'de-AT', {}).text).toBe('Deine Tasche ist voll.');
  });

  it('says when a message was compiled before', () => {
    const localize = localizer();
    expect(localize('inventory.full', 'de', {}).fromCache).toBe(false);
    expect(localize('inventory.full', 'de', {}).fromCache).toBe(true);
    expect(localize('inventory.full', 'en', {}).fromCache).toBe(false);
  });

  it.each([
    [
      'a language that nobody speaks',
      'menu.welcome',
      'xx',
      { player: 'Mara' },
      /target_language must be one of/,
    ],
    ['the prototype’s', 'menu.welcome', 'constructor', { player: 'Mara' }, /target_language must be one of/],
    ['a missing name', 'menu.welcome', 'en', {}, /variables.player is missing/],
    ['a name of the prototype’s', 'menu.welcome', 'en', { toString: 'x' }, /variables.player is missing/],
    ['a list', 'menu.welcome', 'en', { player: ['a'] }, /variables.player must be/],
    ['no number', 'menu.welcome', 'en', { player: Number.NaN }, /variables.player must be/],
    ['a word too long', 'menu.welcome', 'en', { player: 'x'.repeat(257) }, /variables.player must be/],
    [
      'a word where a number decides',
      'quest.objectives_left',
      'en',
      { count: '3' },
      /variables.count must be a number/,
    ],
    ['a message that there is not', 'toString', 'en', {}, /no message "toString"/],
  ])('refuses %s', (_, id, language, variables, message) => {
    expect(() => localizer()(id, language, variables)).toThrow(message);
  });
});
