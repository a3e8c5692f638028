import type { MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providers } from '../../../services/ai-integration/providers.ts';
import { sealer } from '../../../services/ai-integration/sealed.ts';
import {
  DeleteProviderRequestSchema,
  DeleteProviderResponseSchema,
  GetUsageRequestSchema,
  GetUsageResponseSchema,
  ListProvidersRequestSchema,
  ListProvidersResponseSchema,
  PutProviderRequestSchema,
  PutProviderResponseSchema,
  Role,
} from '../../../services/gen/ai_integration_pb.js';
import { Error_Code } from '../../../services/gen/common_pb.js';
import { SelectModelRequestSchema, SelectModelResponseSchema } from '../../../services/gen/model_mgmt_pb.js';
import { bucketOf } from '../../../services/sdk/kv.ts';
import { until } from '../../support/until.ts';
import { serviceOf } from '../helpers/image.ts';
import type { Lab } from '../helpers/lab.ts';
import { itWithstandsNonsense } from '../helpers/nonsense.ts';
import { eventsDuring } from '../helpers/stored-events.ts';
import { type AiFleet, type Init, prompt, startAiFleet, textOf } from './fleet.ts';
import { type OpenAiServer, startOpenAi } from './openai-server.ts';

const KEY = 'sk-0123456789-a-key-of-the-test';
const STORY = 'The mine is flooded. The smith fled from the mine. The baker sells bread.';
let fleet: AiFleet;
let lab: Lab;
let openai: OpenAiServer;
beforeAll(async () => {
  [fleet, openai] = await Promise.all([startAiFleet(), startOpenAi()]);
  lab = fleet.lab;
  await putProvider({ name: 'acme', baseUrl: `${openai.baseUrl}/`, apiKey: KEY });
  await Promise.all(['acme/fine', 'acme/waits', 'acme/hangs', 'acme/half'].map(fleet.register));
});
afterAll(async () => {
  await fleet?.stop();
  openai?.close();
});

const infer: AiFleet['infer'] = (...args) => fleet.infer(...args);
const collect: AiFleet['collect'] = (...args) => fleet.collect(...args);
const putProvider = (init: MessageInitShape<typeof PutProviderRequestSchema>) =>
  lab.ask('svc.ai.llm.v1.put_provider', PutProviderRequestSchema, PutProviderResponseSchema, init);
const listProviders = () =>
  lab.ask('svc.ai.llm.v1.list_providers', ListProvidersRequestSchema, ListProvidersResponseSchema, {});
const deleteProvider = (name: string) =>
  lab.ask('svc.ai.llm.v1.delete_provider', DeleteProviderRequestSchema, DeleteProviderResponseSchema, {
    name,
  });
const select = (modelId: string) =>
  lab.ask('svc.ai.model.v1.select', SelectModelRequestSchema, SelectModelResponseSchema, { modelId });
const usageOf = (init: MessageInitShape<typeof GetUsageRequestSchema>) =>
  lab.ask('svc.ai.llm.v1.get_usage', GetUsageRequestSchema, GetUsageResponseSchema, init);
const askedOf = (model: string) => openai.asked.filter(({ body }) => body.model === model).length;

describe('a text', () => {
  it('is made by the built-in model where nobody has selected another, and says so', async () => {
    const reply = await infer(prompt(`${STORY} Who fled?`));
    expect(textOf(reply)).toBe('The smith fled from the mine.');
    expect(reply).toMatchObject({ modelId: 'gsys-echo-1', finishReason: 'stop', fromCache: false });
    expect(reply.usage).toMatchObject({ promptTokens: 20, completionTokens: 7, totalTokens: 27 });
  });

  it('is a message where the input was messages', async () => {
    const messages = [
      { role: Role.SYSTEM, content: 'Be brief.' },
      { role: Role.USER, content: STORY },
      { role: Role.USER, content: 'Who sells bread?' },
    ];
    const { output } = await infer({ input: { case: 'chatMessages', value: { messages } } });
    expect(output).toMatchObject({
      ...{ case: 'chatMessages' },
      value: { messages: [{ role: Role.ASSISTANT, content: 'The baker sells bread.' }] },
    });
  });

  it('is made once and remembered by all tasks, as long as everything that was asked is the same', async () => {
    const context = { place: 'Ashford', notes: { a: 'The well is dry.', b: 1 } };
    const first = await infer(prompt('What of the well?', { context }));
    expect([textOf(first), first.fromCache]).toEqual(['The well is dry.', false]);
    const same = { notes: { b: 1, a: 'The well is dry.' }, place: 'Ashford' };
    for (let i = 0; i < 5; i++) {
      const again = await infer(prompt('What of the well?', { context: same }));
      expect(again).toMatchObject({ fromCache: true, generationId: first.generationId });
      expect([again.output, again.usage]).toEqual([first.output, first.usage]);
    }
    for (const other of [{ params: { maxTokens: 100 } }, { params: { temperature: 0 } }, { context: {} }])
      expect((await infer(prompt('What of the well?', { context, ...other }))).fromCache).toBe(false);
  });

  it('is told of once, without a word of it', async () => {
    const told = await eventsDuring(lab, 'AI', async () => {
      for (let i = 0; i < 3; i++) await infer(prompt('Tell me of ravens.'), { userId: 'ann' });
    });
    expect(told.map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ model_id: 'gsys-echo-1', user_id: 'ann', finish_reason: 'stop' }),
    ]);
    expect(JSON.stringify(told[0]?.payload)).not.toContain('ravens');
  });

  it('comes in parts that are counted, the last of which says how it ended', async () => {
    const whole = textOf(await infer(prompt(`${STORY} What of the mine?`, { params: { seed: 5 } })));
    const { chunks, text, final } = await collect(
      prompt(`${STORY} What of the mine?`, { params: { seed: 5, stream: true, topK: 0 } }),
    );
    expect(text).toBe(whole);
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, i) => i));
    expect(new Set(chunks.map(({ generationId }) => generationId)).size).toBe(1);
    expect(
      chunks.slice(0, -1).every(({ isFinal, finishReason, usage }) => !isFinal && !finishReason && !usage),
    ).toBe(true);
    expect(final).toMatchObject({ isFinal: true, finishReason: 'stop', fromCache: false });
    expect(final?.delta.case).toBeUndefined();
    expect(final?.usage?.totalTokens).toBeGreaterThan(0);
  });

  it('is the same from the cache, whether it comes whole or in parts', async () => {
    const wish = prompt('Ravens sit on the gate. What of ravens?');
    const parts = await collect(wish);
    const whole = await infer(wish);
    expect(whole).toMatchObject({ fromCache: true, generationId: parts.final?.generationId });
    expect(textOf(whole)).toBe(parts.text);
    const again = await collect(wish);
    expect([again.text, again.final?.fromCache, again.chunks.length]).toEqual([parts.text, true, 2]);
  });

  it('in parts is made of messages where the input was messages', async () => {
    const messages = [{ role: Role.USER, content: 'The gate is open.' }];
    const { chunks } = await collect({ input: { case: 'chatMessages', value: { messages } } });
    expect(chunks[0]?.delta).toMatchObject({
      ...{ case: 'messageDelta', value: { role: Role.ASSISTANT, content: 'The' } },
    });
  });
});

describe('a provider', () => {
  it('makes the text of its models, by their own names, with its key', async () => {
    const reply = await infer(prompt('Hello', { modelId: 'acme/fine' }));
    expect([textOf(reply), reply.modelId, reply.finishReason]).toEqual(['Ça va, 🐉?', 'acme/fine', 'length']);
    expect(reply.usage).toMatchObject({ promptTokens: 11, completionTokens: 6, totalTokens: 17 });
    const { authorization, body } = openai.asked.at(-1) ?? {};
    expect([authorization, body?.model]).toEqual([`Bearer ${KEY}`, 'fine']);
    const { text, final } = await collect(prompt('Hello', { modelId: 'acme/fine' }));
    expect([text, final?.finishReason, final?.usage?.totalTokens]).toEqual(['Ça va, 🐉?', 'stop', 17]);
  });

  it('is asked again for what is left to chance, and once for what is not', async () => {
    const before = askedOf('fine');
    for (let i = 0; i < 3; i++) await infer(prompt('Chance', { modelId: 'acme/fine' }));
    expect(askedOf('fine') - before).toBe(3);
    const certain = prompt('No chance', { modelId: 'acme/fine', params: { temperature: 0 } });
    for (let i = 0; i < 3; i++) await infer(certain);
    expect(askedOf('fine') - before).toBe(4);
  });

  it('is used by default as soon as its model is selected, and no longer than that', async () => {
    await select('acme/fine');
    for (let i = 0; i < 4; i++) expect((await infer(prompt(`Hello ${i}`))).modelId).toBe('acme/fine');
    expect((await collect(prompt('Hello'))).final?.modelId).toBe('acme/fine');
    expect((await infer(prompt('Hello', { modelId: 'gsys-echo-1' }))).modelId).toBe('gsys-echo-1');
    await select('gsys-echo-1');
    expect((await infer(prompt('Hello again'))).modelId).toBe('gsys-echo-1');
  });

  it('is asked once for a request that comes again, which gets the first reply from any task', async () => {
    const before = askedOf('fine');
    const wish = prompt('Once', { modelId: 'acme/fine' });
    const meta = { idempotencyKey: 'once', userId: 'bea' };
    const replies = await Promise.all(Array.from({ length: 6 }, () => infer(wish, meta)));
    for (let i = 0; i < 3; i++) replies.push(await infer(wish, meta));
    const ids = new Set(replies.filter(({ error }) => !error).map(({ generationId }) => generationId));
    expect([ids.size, askedOf('fine') - before]).toEqual([1, 1]);
    for (const { error } of replies) expect([undefined, Error_Code.ABORTED]).toContain(error?.code);
    expect((await infer(prompt('Other'), meta)).error?.code).toBe(Error_Code.CONFLICT);
  });

  it.each<[string, Error_Code]>([
    ['unauthorised', Error_Code.FAILED_PRECONDITION],
    ['busy', Error_Code.RESOURCE_EXHAUSTED],
    ['broken', Error_Code.UNAVAILABLE],
  ])('that is %s is told of as such, also before the first part', async (model, code) => {
    await putProvider({ name: model, baseUrl: openai.baseUrl, apiKey: KEY });
    await fleet.register(`${model}/${model}`);
    const { error } = await infer(prompt('Hello', { modelId: `${model}/${model}` }));
    expect([error?.code, error?.details.provider]).toEqual([code, model]);
    const { chunks, failure } = await collect(prompt('Hello', { modelId: `${model}/${model}` }));
    expect([chunks.length, failure?.code]).toEqual([0, code]);
    if (model === 'busy') expect(error?.details.retryAfterMs).toBe('7000');
  });

  it('that breaks off in the middle leaves what came, and a failure; the next request is another one', async () => {
    const { text, failure } = await collect(prompt('Hello', { modelId: 'acme/half' }));
    expect([text, failure?.code]).toEqual(['Ça va', Error_Code.UNAVAILABLE]);
  });

  it('that hangs is given up before its caller does that, who is told why', async () => {
    const before = openai.left();
    const { failure } = await collect(prompt('Hello', { modelId: 'acme/hangs' }), { timeoutMs: 1_000 });
    expect(failure?.message).toMatch(/^The provider acme says nothing for \d{3} ms\.$/);
    await until('the connection to close', () => openai.left() > before);
  });

  it('is told as soon as nobody reads on, and what was made by then is counted', async () => {
    const before = openai.left();
    const wish = prompt('A long story', { modelId: 'acme/waits' });
    for await (const { index } of fleet.stream(wish, { userId: 'cid' })) if (index === 1) break;
    await until('the connection to close', () => openai.left() > before);
    const counted = await until('the usage', async () => {
      const usage = await usageOf({ userId: 'cid' });
      return usage.generations > 0n && usage;
    });
    expect(counted).toMatchObject({ generations: 1n, promptTokens: 3n, completionTokens: 2n });
  });

  it('that is down is not asked for a while', async () => {
    await putProvider({ name: 'down', baseUrl: 'http://127.0.0.1:1/v1' });
    await fleet.register('down/x');
    const ask = async () => (await infer(prompt('Hello', { modelId: 'down/x' }))).error;
    expect((await ask())?.message).toBe('The provider down cannot be reached.');
    const open = await until('the circuit to open', async () => {
      const error = await ask();
      return error?.message.includes('again and again') && error;
    });
    expect(open).toMatchObject({ code: Error_Code.UNAVAILABLE, details: { retryAfterMs: '60000' } });
  });

  it('that is down keeps nobody from asking other models', async () => {
    for (let i = 0; i < 8; i++)
      expect((await collect(prompt('Hello', { modelId: 'down/x' }))).failure?.details.provider).toBe('down');
    expect((await collect(prompt('Hello', { modelId: 'acme/fine' }))).failure).toBeUndefined();
  });

  it('has to be known, and its model too', async () => {
    await fleet.register('nobody/x');
    const { error } = await infer(prompt('Hello', { modelId: 'nobody/x' }));
    expect(error?.code).toBe(Error_Code.FAILED_PRECONDITION);
    expect(error?.message).toContain('svc.ai.llm.v1.put_provider');
    expect((await infer(prompt('Hello', { modelId: 'nothing' }))).error?.code).toBe(Error_Code.NOT_FOUND);
  });

  it('is listed without its key, changed, and forgotten', async () => {
    await putProvider({ name: 'b-local', baseUrl: 'http://10.0.0.1:8080/v1' });
    await putProvider({ name: 'a-far', baseUrl: 'https://api.example.com/v1/', apiKey: 'x' });
    const own = async () =>
      (await listProviders()).providers.filter(({ name }) => ['a-far', 'b-local'].includes(name));
    expect(await own()).toMatchObject([
      { name: 'a-far', baseUrl: 'https://api.example.com/v1', hasKey: true },
      { name: 'b-local', baseUrl: 'http://10.0.0.1:8080/v1', hasKey: false },
    ]);
    await putProvider({ name: 'a-far', baseUrl: 'https://api.example.com/v2' });
    expect((await own())[0]).toMatchObject({ baseUrl: 'https://api.example.com/v2', hasKey: false });
    expect([(await deleteProvider('a-far')).success, (await deleteProvider('a-far')).success]).toEqual([
      ...[true, false],
    ]);
    expect(await own()).toHaveLength(1);
  });

  it.each<[string, MessageInitShape<typeof PutProviderRequestSchema>]>([
    ['no name', { name: '' }],
    ['the name of the built-in one', { name: 'gsys' }],
    ['a name in capitals', { name: 'ACME' }],
    ['no URL', { baseUrl: '' }],
    ['another kind of URL', { baseUrl: 'file:///etc/passwd' }],
    ['a URL with a password', { baseUrl: 'https://a:b@example.com/' }],
    ['a URL with a query', { baseUrl: 'https://example.com/?a' }],
    ['a key that would be sent in the clear', { baseUrl: 'http://example.com/', apiKey: 'x' }],
    ['a key that is no header', { apiKey: 'a\r\nb' }],
  ])('is not set up with %s', async (_, init) => {
    const { error } = await putProvider({ name: 'new', baseUrl: 'https://example.com', ...init });
    expect(error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });
});

describe('what is used', () => {
  it('is counted for each user and for all, over all tasks, and no text is lost', async () => {
    const { generations: before } = await usageOf({});
    const wishes = Array.from({ length: 15 }, (_, i) => prompt(`The door ${i} is open.`));
    const replies = await Promise.all(wishes.map((wish) => infer(wish, { userId: 'dot' })));
    await infer(wishes[0] as Init, { userId: 'dot' });
    const sum = (of: 'promptTokens' | 'completionTokens') =>
      BigInt(replies.reduce((total, { usage }) => total + (usage?.[of] ?? 0), 0));
    expect(await usageOf({ userId: 'dot' })).toMatchObject({
      ...{ generations: 15n, cached: 1n },
      ...{ promptTokens: sum('promptTokens'), completionTokens: sum('completionTokens') },
    });
    expect((await usageOf({})).generations - before).toBe(15n);
    expect((await usageOf({ userId: 'dot', day: '2020-02-02' })).generations).toBe(0n);
  });

  it('is told to a user of nobody else', async () => {
    expect(await usageOf({ meta: { userId: 'dot' } })).toMatchObject({ userId: 'dot', generations: 15n });
    const { error } = await usageOf({ meta: { userId: 'eve' }, userId: 'dot' });
    expect(error?.code).toBe(Error_Code.PERMISSION_DENIED);
    expect((await usageOf({ day: 'today' })).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('has a limit for each user, which the cache does not count against', async () => {
    const wish = prompt('The same again.');
    await infer(wish);
    for (let i = 0; i < 25; i++) expect((await infer(wish, { userId: 'fay' })).error).toBeUndefined();
    const replies = await Promise.all(
      Array.from({ length: 25 }, (_, i) => infer(prompt(`Window ${i} is open.`), { userId: 'fay' })),
    );
    const refused = replies.filter(({ error }) => error);
    expect(refused).toHaveLength(5);
    expect(refused[0]?.error?.code).toBe(Error_Code.RESOURCE_EXHAUSTED);
    expect(Number(refused[0]?.error?.details.retryAfterMs)).toBeGreaterThan(0);
    const { failure } = await collect(prompt('Window x is open.'), { userId: 'fay' });
    expect(failure?.code).toBe(Error_Code.RESOURCE_EXHAUSTED);
  });
});

describe('a request', () => {
  it.each<[string, Init]>([
    ['without input', {}],
    ['that is too hot', prompt('x', { params: { temperature: 2.1 } })],
    ['with a model id of two words', prompt('x', { modelId: 'a b' })],
  ])('%s is refused, whole or in parts', async (_, init) => {
    expect((await infer(init)).error?.code).toBe(Error_Code.INVALID_ARGUMENT);
    expect((await collect(init)).failure?.code).toBe(Error_Code.INVALID_ARGUMENT);
  });

  it('for the other subject is told which one it is', async () => {
    expect((await infer(prompt('x', { params: { stream: true } }))).error?.message).toContain(
      'svc.ai.llm.v1.infer_stream',
    );
    expect((await collect(prompt('x', { params: { stream: false } }))).failure?.message).toContain(
      'svc.ai.llm.v1.infer.',
    );
  });

  it('is served without Redis, and counted in the log', async () => {
    fleet.signalRedis('SIGSTOP');
    try {
      const reply = await infer(prompt('Redis is away.'));
      expect([textOf(reply), reply.fromCache]).toEqual(['Redis is away.', false]);
      expect((await usageOf({})).error?.code).toBe(Error_Code.UNAVAILABLE);
      const lines = fleet.tasks.flatMap((task) => task.lines);
      expect(lines.some(({ msg, generations }) => msg === 'usage is not counted' && generations === 1)).toBe(
        true,
      );
    } finally {
      fleet.signalRedis('SIGCONT');
    }
    await until('Redis to answer', async () => (await usageOf({})).error === undefined);
  });

  it('is UNAVAILABLE, and never another model’s, while nobody can tell which model is meant', async () => {
    await fleet.models.stop();
    const { error } = await infer(prompt('Who answers?'));
    expect([error?.code, error?.message]).toEqual([
      Error_Code.UNAVAILABLE,
      'Nobody serves svc.ai.model.v1.get.',
    ]);
    await fleet.startModels();
    await until('a text', async () => (await infer(prompt('Who answers?'))).error === undefined);
  });

  it('of a user is UNAVAILABLE while nobody can tell the limit; others are served', async () => {
    await fleet.auth.stop();
    expect((await infer(prompt('Is it allowed?'), { userId: 'gus' })).error?.code).toBe(
      Error_Code.UNAVAILABLE,
    );
    expect((await infer(prompt('Is it allowed?'))).error).toBeUndefined();
    await fleet.startAuth();
  });
});

describe('ai-integration', () => {
  it('knows providers and texts after both tasks restarted', async () => {
    const wish = prompt('Remember this.', { modelId: 'acme/fine', params: { temperature: 0 } });
    const first = await infer(wish);
    await Promise.all(fleet.tasks.map((task) => task.stop()));
    fleet.tasks.push(...(await Promise.all([fleet.startAi(), fleet.startAi()])));
    expect(await infer(wish)).toMatchObject({ fromCache: true, generationId: first.generationId });
    expect((await infer(prompt('Hello', { modelId: 'acme/fine' }))).error).toBeUndefined();
  });

  it('says what to do where a key cannot be read any more', async () => {
    const { name, purpose, state } = serviceOf('ai-integration');
    const definition = { name, purpose, state, endpoints: [] };
    const bucket = bucketOf({ link: await lab.link(name), definition });
    expect(await providers(bucket, sealer(fleet.redis.auth)).accessTo('acme')).toMatchObject({ apiKey: KEY });
    await expect(providers(bucket, sealer('another')).accessTo('acme')).rejects.toMatchObject({
      ...{ code: Error_Code.FAILED_PRECONDITION, message: expect.stringContaining('put_provider') },
    });
  });

  it('leaves no key where others could read it', async () => {
    const stored: string[] = [];
    for (const name of ['ai-providers', 'ai-requests']) {
      const kv = await lab.operator.jetstream().views.kv(name, { bindOnly: true });
      for await (const key of await kv.keys()) stored.push((await kv.get(key))?.string() ?? '');
    }
    expect(stored.join()).toContain('"acme"');
    const lines = fleet.tasks.flatMap((task) => task.lines.map((line) => JSON.stringify(line)));
    expect(lines.join()).toContain('a provider was set up');
    for (const text of [stored.join(), lines.join()])
      for (const form of [KEY, Buffer.from(KEY).toString('base64').slice(0, 20)])
        expect(text).not.toContain(form);
  });
});

describe('whatever comes, ai-integration', () => itWithstandsNonsense('ai-integration', () => lab));
