import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../../services/language-system/detect.ts';
import { LANGUAGES, MEANINGS } from '../../../services/language-system/dictionary.ts';
import { type Direction, translate } from '../../../services/language-system/translate.ts';

const toGerman: Direction = { from: 'en', to: 'de', domain: '', own: new Map() };

describe('the dictionary', () => {
  it.each(MEANINGS.map(({ words }) => ({ meaning: words.en[0], words })))(
    'has a word for $meaning in each language',
    ({ words }) => {
      for (const language of LANGUAGES)
        for (const word of words[language]) expect(word).toMatch(/^\p{L}+(?:[ '-]\p{L}+)*$/u);
    },
  );
});

describe('a translation', () => {
  it('puts word for word, keeps what is between them, and counts what it knew', () => {
    expect(translate('Wait, old friend: the xyzzy waits!', toGerman)).toMatchObject({
      text: 'Warte, alt Freund: der xyzzy waits!',
      words: 6,
      known: 4,
    });
  });

  it('takes phrases before their words', () => {
    expect(translate('Good morning. Where is the key?', toGerman).text).toBe(
      'Guten Morgen. Wo ist der Schlüssel?',
    );
  });

  it.each([
    ['GOLD', 'GOLD'],
    ['I have wine', 'Ich habe Wein'],
    ['wine', 'Wein'],
  ])('writes %s as %s', (text, translated) => {
    expect(translate(text, toGerman).text).toBe(translated);
  });

  it('does not take a German noun’s capital for emphasis', () => {
    const toEnglish: Direction = { ...toGerman, from: 'de', to: 'en' };
    expect(translate('Haus und Brücke', toEnglish).text).toBe('House and bridge');
  });

  it('means what the domain says, and names the other meanings', () => {
    expect(translate('the bank', toGerman)).toMatchObject({ text: 'der Bank', alternatives: ['der Ufer'] });
    expect(translate('the bank', { ...toGerman, domain: 'nature' })).toMatchObject({
      text: 'der Ufer',
      alternatives: ['der Bank'],
    });
  });

  it('names three other meanings at most', () => {
    expect(translate('bank '.repeat(5), toGerman).alternatives).toHaveLength(3);
  });

  it('takes the caller’s own words first, phrases too, as they are given', () => {
    const own = new Map([
      ['old bridge', 'Altbrück'],
      ['mara', 'MARA'],
    ]);
    expect(translate('Mara is here: Old  Bridge', { ...toGerman, own }).text).toBe('MARA ist hier: Altbrück');
  });
});

describe('the source of a text', () => {
  it.each([
    ['Hello', 'en'],
    ['Hola amigo', 'es'],
    ['Wo ist der alte Hafen?', 'de'],
    ['Où est le vieux pont ?', 'fr'],
    ['Ciao, come stai?', 'it'],
    ['A família quer a sua parte antes do amanhecer', 'pt'],
  ])('of %s is %s', async (text, language) => {
    expect(await sourceOf(text)).toBe(language);
  });

  it.each(['Gdzie jest stary most?', '収穫は終わり', '1234', '…'])('of %s is none', async (text) => {
    expect(await sourceOf(text)).toBeUndefined();
  });
});
