import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  type LiveTailSessionUpdate,
  StartLiveTailCommand,
  type StartLiveTailCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { codeOf, startEndpoint, type TestEndpoint } from './support/endpoint.ts';

const arn = (group: string) => `arn:aws:logs:us-east-1:000000000000:log-group:${group}`;
let endpoint: TestEndpoint;
let logs: CloudWatchLogsClient;

beforeEach(async () => {
  endpoint = await startEndpoint();
  logs = new CloudWatchLogsClient({ ...endpoint.client, disableHostPrefix: true });
  for (const logGroupName of ['/a', '/b']) await logs.send(new CreateLogGroupCommand({ logGroupName }));
});
afterEach(() => endpoint.close());

const ask = (input: Partial<StartLiveTailCommandInput> = {}, abortSignal = new AbortController().signal) =>
  logs.send(new StartLiveTailCommand({ logGroupIdentifiers: [arn('/a')], ...input }), { abortSignal });
const write = (group: string, stream: string, ...messages: string[]) =>
  endpoint.logs.append(
    group,
    stream,
    messages.map((message) => ({ timestamp: endpoint.now(), message })),
  );

/** A session, read in the background. */
async function tail(input: Partial<StartLiveTailCommandInput> = {}) {
  const leaving = new AbortController();
  const { responseStream } = await ask(input, leaving.signal);
  const events = responseStream?.[Symbol.asyncIterator]();
  const started = (await events?.next())?.value?.sessionStart;
  const updates: LiveTailSessionUpdate[] = [];
  const ended = (async () => {
    for (let next = await events?.next(); next && !next.done; next = await events?.next())
      if (next.value.sessionUpdate) updates.push(next.value.sessionUpdate);
  })().then(
    () => 'closed',
    (error: Error) => error.name,
  );
  const results = () => updates.flatMap(({ sessionResults }) => sessionResults ?? []);
  return {
    started,
    updates,
    ended,
    results,
    texts: () => results().map(({ message }) => message),
    close: () => leaving.abort(),
  };
}

describe('a Live Tail session', () => {
  it('says what it shows, and shows what is written from then on', async () => {
    write('/a', 'app/app/1', 'before');
    const session = await tail({ logEventFilterPattern: '' });
    expect(session.started).toMatchObject({ logGroupIdentifiers: [arn('/a')] });
    expect(session.started?.sessionId).toMatch(/-/);
    const at = endpoint.now();
    write('/a', 'app/app/1', 'after');
    write('/b', 'app/app/1', 'elsewhere');
    await until('the line', () => session.texts().length > 0);
    expect(session.results()).toEqual([
      {
        message: 'after',
        timestamp: expect.closeTo(at, -2),
        ingestionTime: expect.closeTo(at, -2),
        logStreamName: 'app/app/1',
        logGroupIdentifier: '000000000000:/a',
      },
    ]);
    expect(session.updates.every(({ sessionMetadata }) => sessionMetadata?.sampled === false)).toBe(true);
  });

  it('says every second that nothing came', async () => {
    const session = await tail();
    await until('two empty updates', () => session.updates.length >= 2, 5000);
    expect(session.texts()).toEqual([]);
  });

  it('chooses by pattern, by stream and by prefix', async () => {
    const sessions = [
      await tail({ logEventFilterPattern: '{ $.level = "error" }' }),
      await tail({ logStreamNames: ['one'] }),
      await tail({ logStreamNamePrefixes: ['t'] }),
    ];
    write('/a', 'one', '{"level":"error"}');
    write('/a', 'two', '{"level":"info"}');
    await until('one line each', () => sessions.every((session) => session.texts().length > 0));
    expect(sessions.map((session) => session.texts())).toEqual([
      ['{"level":"error"}'],
      ['{"level":"error"}'],
      ['{"level":"info"}'],
    ]);
  });

  it('shows a sample of more than 500 events a second, and says so', async () => {
    const session = await tail();
    write('/a', 's', ...Array.from({ length: 2000 }, (_, i) => `${i}`));
    await until('an update', () => session.texts().length > 0);
    expect(session.texts()).toHaveLength(500);
    expect(
      session.updates.find(({ sessionResults }) => sessionResults?.length)?.sessionMetadata?.sampled,
    ).toBe(true);
  });

  it('ends after three hours', async () => {
    const session = await tail();
    endpoint.advance(3 * 60 * 60 * 1000 + 1);
    expect(await session.ended).toBe('SessionTimeoutException');
  });

  it('is over when its client hangs up: fifteen fit, and then again', async () => {
    const sessions = await Promise.all(Array.from({ length: 15 }, () => tail()));
    expect(await codeOf(ask())).toBe('LimitExceededException');
    sessions[0]?.close();
    expect(await sessions[0]?.ended).not.toBe('closed');
    await until(
      'room for another',
      async () => (await codeOf(tail().then((one) => one.close()))) === 'no error',
    );
  });

  it('carries an event of 1 MB', async () => {
    const session = await tail();
    write('/a', 's', 'x'.repeat(1_048_000));
    await until('the event', () => session.texts()[0]?.length === 1_048_000);
  });

  it('ends with the endpoint', async () => {
    const session = await tail();
    endpoint = await endpoint.restart();
    expect(await session.ended).not.toBe('SessionTimeoutException');
  });
});

describe('StartLiveTail refuses', () => {
  it.each<[string, Partial<StartLiveTailCommandInput>, string]>([
    ['a name instead of an ARN', { logGroupIdentifiers: ['/a'] }, 'InvalidParameterException'],
    ['an ARN that ends in :*', { logGroupIdentifiers: [`${arn('/a')}:*`] }, 'InvalidParameterException'],
    ['a group that is not there', { logGroupIdentifiers: [arn('/none')] }, 'ResourceNotFoundException'],
    ['no group', { logGroupIdentifiers: [] }, 'InvalidParameterException'],
    [
      'eleven groups',
      { logGroupIdentifiers: Array.from({ length: 11 }, () => arn('/a')) },
      'InvalidParameterException',
    ],
    [
      'streams of two groups',
      { logGroupIdentifiers: [arn('/a'), arn('/b')], logStreamNames: ['s'] },
      'InvalidParameterException',
    ],
    [
      'names and prefixes',
      { logStreamNames: ['s'], logStreamNamePrefixes: ['s'] },
      'InvalidParameterException',
    ],
    ['a malformed pattern', { logEventFilterPattern: '{ $.a' }, 'InvalidParameterException'],
  ])('%s', async (_, input, code) => {
    expect(await codeOf(ask(input))).toBe(code);
  });
});
