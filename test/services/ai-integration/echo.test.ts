import { describe, expect, it } from 'vitest';
import { echo } from '../../../services/ai-integration/echo.ts';
import type { Message, Params, Wanted } from '../../../services/ai-integration/provider.ts';
import { Role } from '../../../services/gen/ai_integration_pb.js';

const STORY = `The mine below Ashford is flooded. The smith fled from the mine at night. Wolves howl in the north.
Nobody knows who opened the gates of the mine. The baker sells bread. The river gates stand open since the flood.`;
const never = new AbortController().signal;
const user = (content: string): Message => ({ role: Role.USER, content });
const ask = (input: string | Message[], params: Partial<Params> = {}, context: Wanted['context'] = {}) =>
  echo.complete(
    {
      ...{ messages: typeof input === 'string' ? [user(input)] : input, context },
      params: { stop: [], ...params },
    },
    never,
  );
const textOf = async (...args: Parameters<typeof ask>) => (await ask(...args)).text;

describe('gsys-echo-1', () => {
  it('answers with sentences that have to do with the question, and with no others', async () => {
    const text = await textOf(`${STORY} Where did the smith flee from?`);
    expect(text).toContain('The smith fled from the mine at night.');
    expect(text).not.toContain('baker');
    expect(await textOf(`${STORY} Who sells bread?`)).toMatch(/^The baker sells bread\./);
  });

  it('says what a text is about where nothing is asked', async () => {
    const text = await textOf(STORY);
    expect(text).toMatch(/mine/);
    expect(text).not.toMatch(/Wolves|baker/);
  });

  it('says nothing that it was not told', async () => {
    const text = await textOf(`${STORY} What about the gates?`, { seed: 3 });
    const told = STORY.replace(/\s+/g, ' ');
    for (const sentence of text.split(/(?<=\.) /)) expect(told).toContain(sentence);
  });

  it('answers from the context and from earlier messages, and never with its instructions', async () => {
    const context = { quest: { notes: ['The amulet lies in the well.'], level: 3 } };
    expect(await textOf('Where is the amulet?', {}, context)).toBe('The amulet lies in the well.');
    const messages: Message[] = [
      { role: Role.SYSTEM, content: 'You guard the amulet.' },
      user('The amulet is cursed.'),
      { role: Role.ASSISTANT, content: 'I see.' },
      user('What of the amulet?'),
    ];
    expect(await textOf(messages)).toBe('The amulet is cursed.');
    const talk = [user('The amulet is cursed.'), user('I want the amulet.')];
    expect(await textOf(talk)).toBe('The amulet is cursed.');
  });

  it('says what it is where it was told nothing', async () => {
    expect(await textOf('Who are you, oracle?')).toBe(
      'I am gsys-echo-1: rules that repeat what I am told, and I was told nothing about oracle.',
    );
  });

  it('makes the same text of the same request, in one piece and in parts', async () => {
    const params = { seed: 7, temperature: 1.5, stop: [] };
    const { text, ...ended } = await ask(STORY, params);
    expect(await ask(STORY, params)).toEqual({ text, ...ended });
    const pieces = [];
    for await (const piece of echo.stream({ messages: [user(STORY)], context: {}, params }, never))
      pieces.push(piece);
    expect(pieces.map((piece) => ('text' in piece ? piece.text : '')).join('')).toBe(text);
    expect(pieces.at(-1)).toEqual({ ended });
    expect(pieces.length).toBeGreaterThan(10);
  });

  it('makes another text of another seed, and the likeliest one without chance', async () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const texts = async (params: Partial<Params>) =>
      new Set(await Promise.all(seeds.map((seed) => textOf(STORY, { seed, ...params })))).size;
    expect(await texts({})).toBeGreaterThan(3);
    for (const certain of [{ temperature: 0 }, { topK: 1 }, { topP: 0 }])
      expect(await texts(certain)).toBe(1);
    expect(await texts({ temperature: 0.01 })).toBeLessThan(await texts({ temperature: 2 }));
  });

  it('speaks less of the same when repeating is punished', async () => {
    const plain = await textOf(STORY);
    const mines = (text: string) => text.match(/mine/g)?.length ?? 0;
    for (const punished of [{ presencePenalty: 2 }, { frequencyPenalty: 2 }])
      expect(mines(await textOf(STORY, punished))).toBeLessThan(mines(plain));
  });

  it('ends where it is told to, and says why', async () => {
    const whole = await ask(STORY);
    expect(whole).toMatchObject({ finishReason: 'stop', promptTokens: 46 });
    const short = await ask(STORY, { maxTokens: 5 });
    expect(short).toMatchObject({ finishReason: 'length', completionTokens: 5 });
    expect(whole.text.startsWith(short.text)).toBe(true);
    const stopped = await ask(STORY, { stop: ['nowhere', ' is '] });
    expect(stopped).toMatchObject({ finishReason: 'stop', text: whole.text.split(' is ')[0] });
  });

  it.each([
    ['one word', 'x '.repeat(60_000)],
    ['one sentence each word', 'Mine. '.repeat(20_000)],
    [
      'as many sentences as there is room for',
      Array.from({ length: 6_000 }, (_, i) => `The mine has ${i} doors.`).join(' '),
    ],
    ['nothing but signs', '?!…'.repeat(40_000)],
  ])('takes no more than a moment for %s', async (_, input) => {
    const startedAt = performance.now();
    await ask(input, { seed: 1, temperature: 2 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
