import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAi } from '../../../services/ai-integration/openai/provider.ts';
import { Outage, Silence } from '../../../services/ai-integration/outage.ts';
import type { Piece, Wanted } from '../../../services/ai-integration/provider.ts';
import { Role } from '../../../services/gen/ai_integration_pb.js';
import { Code, ServiceError } from '../../../services/sdk/errors.ts';
import { until } from '../../support/until.ts';
import { type OpenAiServer, startOpenAi } from './openai-server.ts';

const KEY = 'sk-a-secret-of-the-test';
const TEXT = 'Ça va, 🐉?';
let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAi();
});
afterAll(() => server.close());

const provider = (model: string, silenceMs = 30_000) =>
  openAi({ provider: 'acme', baseUrl: server.baseUrl, apiKey: KEY, model }, silenceMs);
const wanted = (changes: Partial<Wanted> = {}): Wanted => ({
  messages: [{ role: Role.USER, content: 'How is it going?' }],
  context: {},
  params: { stop: [] },
  ...changes,
});
const never = new AbortController().signal;
const complete = (model: string, init?: Partial<Wanted>) => provider(model).complete(wanted(init), never);
const collect = async (pieces: AsyncIterable<Piece>) => {
  const texts: string[] = [];
  for await (const piece of pieces) {
    if ('ended' in piece) return { texts, ended: piece.ended };
    texts.push(piece.text);
  }
  return { texts };
};
const failureOf = async (work: Promise<unknown>): Promise<ServiceError> => {
  const failure = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ServiceError);
  return failure as ServiceError;
};

describe('a text in one piece', () => {
  it('is what the provider made, counted as the provider counts', async () => {
    expect(await complete('fine')).toEqual({
      ...{ text: TEXT, finishReason: 'length', promptTokens: 11, completionTokens: 6 },
    });
  });

  it('is counted by our own measure where the provider counts nothing', async () => {
    expect(await complete('counts-nothing')).toMatchObject({ promptTokens: 5, completionTokens: 5 });
  });

  it('is asked for with everything that was wanted, zeros too, and nothing else', async () => {
    const params = { temperature: 0, topP: 0, maxTokens: 5, presencePenalty: -1, stop: ['END'], seed: 0 };
    const messages = [
      { role: Role.SYSTEM as const, content: 'Be brief.' },
      { role: Role.ASSISTANT as const, content: 'Yes?' },
      { role: Role.TOOL as const, content: '42' },
    ];
    await complete('fine', { params, messages, context: { place: 'mine' } });
    const { authorization, body } = server.asked.at(-1) ?? {};
    expect(authorization).toBe(`Bearer ${KEY}`);
    expect(body).toEqual({
      model: 'fine',
      messages: [
        { role: 'system', content: 'What is known, as JSON: {"place":"mine"}' },
        { role: 'system', content: 'Be brief.' },
        { role: 'assistant', content: 'Yes?' },
        { role: 'user', content: 'A tool says: 42' },
      ],
      ...{ temperature: 0, top_p: 0, max_tokens: 5, presence_penalty: -1, stop: ['END'], seed: 0 },
    });
  });

  it('is asked for without a key where there is none', async () => {
    const { baseUrl } = server;
    await openAi({ provider: 'acme', baseUrl, apiKey: undefined, model: 'fine' }, 30_000).complete(
      wanted(),
      never,
    );
    expect(server.asked.at(-1)?.authorization).toBeUndefined();
  });

  it('is given up when its provider has said nothing in all the time that it has', async () => {
    expect(await failureOf(provider('hangs', 200).complete(wanted(), never))).toBeInstanceOf(Silence);
  });

  it('is given up, and the provider told so, when nobody waits any more', async () => {
    const before = server.left();
    const leaving = new AbortController();
    const failing = failureOf(provider('hangs').complete(wanted(), leaving.signal));
    await until('the request to arrive', () => server.asked.at(-1)?.body.model === 'hangs');
    leaving.abort(new ServiceError(Code.DEADLINE_EXCEEDED, 'too late'));
    expect((await failing).code).toBe(Code.DEADLINE_EXCEEDED);
    await until('the connection to close', () => server.left() > before);
  });
});

describe('a refusal', () => {
  it.each([
    ['unauthorised', Code.FAILED_PRECONDITION, 'refuses the key'],
    ['busy', Code.RESOURCE_EXHAUSTED, 'asked too often'],
    ['broken', Code.UNAVAILABLE, 'fails with 500'],
    ['picky', Code.INVALID_ARGUMENT, "'top_k' is [31m unknown"],
    ['elsewhere', Code.FAILED_PRECONDITION, 'somewhere else'],
  ])('of a model that is %s says so, and not a word of the key', async (model, code, sentence) => {
    for (const work of [complete(model), collect(provider(model).stream(wanted(), never))]) {
      const failure = await failureOf(work);
      expect([failure.code, failure.message]).toEqual([code, expect.stringContaining(sentence)]);
      expect([failure.message, failure.cause, JSON.stringify(failure.details)].join()).not.toContain(KEY);
    }
    expect(server.asked.filter(({ body }) => body.model === model)).toHaveLength(2);
  });

  it.each([
    ['page', 'something else than its API', 'does not answer in parts'],
    ['flood', 'more than 1048576 bytes', 'more than 8388608 bytes'],
  ])('is ours of an answer that is a %s', async (model, whole, inParts) => {
    expect((await failureOf(complete(model))).message).toContain(whole);
    expect((await failureOf(collect(provider(model).stream(wanted(), never)))).message).toContain(inParts);
  });

  it('says how long to wait, whichever way the provider tells', async () => {
    expect((await failureOf(complete('busy'))).details).toMatchObject({
      retryAfterMs: '7000',
      status: '429',
    });
    const { retryAfterMs } = (await failureOf(complete('busy-until'))).details;
    expect(Number(retryAfterMs)).toBeGreaterThan(50_000);
  });

  it('is an outage where nobody listens', async () => {
    const endpoint = { provider: 'acme', apiKey: KEY, model: 'x', baseUrl: 'http://127.0.0.1:1/v1' };
    const nowhere = openAi(endpoint, 30_000);
    const failure = await failureOf(nowhere.complete(wanted(), never));
    expect(failure).toBeInstanceOf(Outage);
    expect(failure.message).toBe('The provider acme cannot be reached.');
  });
});

describe('a text in parts', () => {
  it('comes as the provider makes it, and ends with what it counted', async () => {
    const { texts, ended } = await collect(provider('fine').stream(wanted(), never));
    expect(texts).toEqual(['Ça', ' va', ',', ' ', '🐉', '?']);
    expect(ended).toEqual({ finishReason: 'stop', promptTokens: 11, completionTokens: 6 });
    expect(server.asked.at(-1)?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('may end without a mark, when it has said why it ends', async () => {
    const { texts, ended } = await collect(provider('plain').stream(wanted(), never));
    expect([texts.join(''), ended?.finishReason]).toEqual([TEXT, 'stop']);
  });

  it.each([
    ['half', 'broke off in the middle of a text'],
    ['torn', 'broke off'],
    ['fails', 'broke off with an error'],
  ])('is never taken for whole when it is %s', async (model, sentence) => {
    const texts: string[] = [];
    const reading = async () => {
      for await (const piece of provider(model).stream(wanted(), never))
        if ('text' in piece) texts.push(piece.text);
    };
    const failure = await failureOf(reading());
    expect(failure).toBeInstanceOf(Outage);
    expect(failure.message).toContain(sentence);
    expect(texts).toEqual(['Ça', ' va']);
  });

  it('is given up when its provider falls silent', async () => {
    const before = server.left();
    const failure = await failureOf(collect(provider('silent', 300).stream(wanted(), never)));
    expect(failure).toBeInstanceOf(Silence);
    expect(failure.message).toBe('The provider acme says nothing for 300 ms.');
    await until('the connection to close', () => server.left() > before);
  });

  it('is given up, and the provider told so, when nobody reads on', async () => {
    const before = server.left();
    for await (const _ of provider('waits').stream(wanted(), never)) break;
    await until('the connection to close', () => server.left() > before);
  });
});

it('takes a text for one that comes again only where nothing is left to chance', () => {
  const at = (temperature?: number) => ({ stop: [], ...(temperature !== undefined && { temperature }) });
  const is = (params: Wanted['params']) => provider('fine').isDeterministic(wanted({ params }));
  expect([is(at(0)), is(at(0.1)), is(at()), is({ ...at(1), seed: 7 })]).toEqual([true, false, false, false]);
});
