import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  paginateDescribeLogGroups,
  paginateDescribeLogStreams,
  paginateFilterLogEvents,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, startEndpoint, type TestEndpoint } from './support/endpoint.ts';

const G = '/ecs/group';
const HOUR = 60 * 60 * 1000;
let endpoint: TestEndpoint;
let logs: CloudWatchLogsClient;
/** A round moment, an hour ago. */
let t0: number;

beforeEach(async () => {
  endpoint = await startEndpoint();
  logs = new CloudWatchLogsClient(endpoint.client);
  t0 = Math.floor(Date.now() / 1000) * 1000 - HOUR;
  await logs.send(new CreateLogGroupCommand({ logGroupName: G }));
});
afterEach(() => endpoint.close());

const stream = (logStreamName: string) =>
  logs.send(new CreateLogStreamCommand({ logGroupName: G, logStreamName }));
const put = (logStreamName: string, events: [number, string][]) =>
  logs.send(
    new PutLogEventsCommand({
      logGroupName: G,
      logStreamName,
      logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
    }),
  );
const get = (logStreamName: string, more: Partial<GetLogEventsCommandInput> = {}) =>
  logs.send(new GetLogEventsCommand({ logGroupName: G, logStreamName, ...more }));
const filter = (more: Partial<FilterLogEventsCommandInput> = {}) =>
  logs.send(new FilterLogEventsCommand({ logGroupName: G, ...more }));
const texts = (answer: { events?: { message?: string | undefined }[] | undefined }) =>
  answer.events?.map(({ message }) => message);
const numbered = (count: number, from = 0): [number, string][] =>
  Array.from({ length: count }, (_, i) => [t0 + from + i, `m${from + i}`]);
const logFiles = async () => {
  const [group = ''] = await readdir(path.join(endpoint.folder, 'logs'));
  const folder = path.join(endpoint.folder, 'logs', group);
  return (await readdir(folder)).map((name) => path.join(folder, name));
};
const restart = async () => {
  endpoint = await endpoint.restart();
  logs = new CloudWatchLogsClient(endpoint.client);
};

describe('log groups', () => {
  it('are listed in pages of fifty, by prefix', async () => {
    for (let i = 0; i < 60; i++)
      await logs.send(new CreateLogGroupCommand({ logGroupName: `/p/${String(i).padStart(2, '0')}` }));
    const pages = [];
    for await (const { logGroups } of paginateDescribeLogGroups(
      { client: logs },
      { logGroupNamePrefix: '/p/' },
    ))
      pages.push(logGroups?.length);
    expect(pages).toEqual([50, 10]);
  });

  it('carry ARN, retention and tags', async () => {
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: G, retentionInDays: 7 }));
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    const arn = `arn:aws:logs:us-east-1:000000000000:log-group:${G}`;
    expect(logGroups).toMatchObject([
      { logGroupName: G, retentionInDays: 7, arn: `${arn}:*`, logGroupArn: arn },
    ]);
    await logs.send(new TagResourceCommand({ resourceArn: arn, tags: { 'gsys:fleet': 'x' } }));
    expect((await logs.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags).toEqual({
      'gsys:fleet': 'x',
    });
  });

  it('are found by a part of their name, and then say little of themselves', async () => {
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'cs/gr' }));
    expect(logGroups).toEqual([
      { logGroupName: G, arn: expect.stringContaining(G), creationTime: expect.any(Number) },
    ]);
    expect(
      (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'GROUP' }))).logGroups,
    ).toEqual([]);
  });

  it('can keep for ever again, and say how much they keep', async () => {
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: G, retentionInDays: 7 }));
    await logs.send(new DeleteRetentionPolicyCommand({ logGroupName: G }));
    await stream('s');
    await put('s', [[t0, 'x'.repeat(1000)]]);
    const [group] = (await logs.send(new DescribeLogGroupsCommand({}))).logGroups ?? [];
    expect(group?.retentionInDays).toBeUndefined();
    expect(group?.storedBytes).toBeGreaterThan(1000);
  });

  it('lose tags, by ARN and by name', async () => {
    const resourceArn = `arn:aws:logs:us-east-1:000000000000:log-group:${G}`;
    await logs.send(new TagLogGroupCommand({ logGroupName: G, tags: { a: '1', b: '2', c: '3' } }));
    await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    await logs.send(new UntagLogGroupCommand({ logGroupName: G, tags: ['b'] }));
    expect((await logs.send(new ListTagsLogGroupCommand({ logGroupName: G }))).tags).toEqual({ c: '3' });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v']));
    expect(await codeOf(logs.send(new TagResourceCommand({ resourceArn, tags: many })))).toBe(
      'TooManyTagsException',
    );
  });

  it('take their streams and events with them', async () => {
    await stream('s');
    await put('s', [[t0, 'gone']]);
    await logs.send(new DeleteLogGroupCommand({ logGroupName: G }));
    await logs.send(new CreateLogGroupCommand({ logGroupName: G }));
    expect(texts(await filter())).toEqual([]);
    expect(await codeOf(get('s'))).toBe('ResourceNotFoundException');
  });
});

describe('log streams', () => {
  it('are listed by name in pages of fifty, or by their last event', async () => {
    for (let i = 0; i < 55; i++) await stream(`s/${String(i).padStart(2, '0')}`);
    await put('s/07', [[t0 + 5, 'x']]);
    await put('s/03', [[t0 + 9, 'y']]);
    const pages = [];
    for await (const { logStreams } of paginateDescribeLogStreams({ client: logs }, { logGroupName: G }))
      pages.push(logStreams?.length);
    expect(pages).toEqual([50, 5]);
    const byTime = { logGroupName: G, orderBy: 'LastEventTime', descending: true } as const;
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ ...byTime, limit: 2 }));
    expect(logStreams).toMatchObject([
      { logStreamName: 's/03', firstEventTimestamp: t0 + 9, lastEventTimestamp: t0 + 9 },
      { logStreamName: 's/07' },
    ]);
    expect(
      await codeOf(logs.send(new DescribeLogStreamsCommand({ ...byTime, logStreamNamePrefix: 's' }))),
    ).toBe('InvalidParameterException');
  });

  it('go with their file', async () => {
    await stream('s');
    await put('s', [[t0, 'x']]);
    await logs.send(new DeleteLogStreamCommand({ logGroupName: G, logStreamName: 's' }));
    expect(await logFiles()).toEqual([]);
    expect(await codeOf(get('s'))).toBe('ResourceNotFoundException');
  });
});

describe('GetLogEvents', () => {
  it('reads forward from the head until the token stays the same', async () => {
    await stream('s');
    await put('s', numbered(25));
    const seen: (string | undefined)[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const page = await get('s', {
        startFromHead: true,
        limit: 10,
        ...(nextToken !== undefined && { nextToken }),
      });
      seen.push(...(texts(page) ?? []));
      if (page.nextForwardToken === nextToken) break;
      nextToken = page.nextForwardToken;
    }
    expect(seen).toEqual(numbered(25).map(([, text]) => text));
    await put('s', numbered(1, 25));
    expect(texts(await get('s', { nextToken }))).toEqual(['m25']);
  });

  it('gives the latest events first of all, and pages backward from there', async () => {
    await stream('s');
    await put('s', numbered(25));
    const last = await get('s', { limit: 10 });
    expect(texts(last)).toEqual(numbered(10, 15).map(([, text]) => text));
    const before = await get('s', { limit: 20, nextToken: last.nextBackwardToken });
    expect(texts(before)).toEqual(numbered(15).map(([, text]) => text));
    const nothing = await get('s', { nextToken: before.nextBackwardToken });
    expect([texts(nothing), nothing.nextBackwardToken]).toEqual([[], before.nextBackwardToken]);
  });

  it('includes the start and not the end of a time range', async () => {
    await stream('s');
    await put('s', numbered(10));
    expect(texts(await get('s', { startTime: t0 + 3, endTime: t0 + 5 }))).toEqual(['m3', 'm4']);
  });

  it('follows a stream that is still empty', async () => {
    await stream('s');
    const { nextForwardToken, events } = await get('s', { startFromHead: true });
    expect(events).toEqual([]);
    await put('s', numbered(1));
    expect(texts(await get('s', { nextToken: nextForwardToken }))).toEqual(['m0']);
  });

  it('cuts a page at 1 MB', async () => {
    await stream('s');
    for (let i = 0; i < 3; i++) await put('s', [[t0 + i, 'x'.repeat(600_000)]]);
    const first = await get('s', { startFromHead: true });
    expect(first.events).toHaveLength(1);
    expect((await get('s', { nextToken: first.nextForwardToken })).events).toHaveLength(1);
  });

  it('orders events by time, not by arrival', async () => {
    await stream('s');
    await put('s', [[t0 + 5, 'late']]);
    await put('s', [[t0 + 1, 'early']]);
    expect(texts(await get('s'))).toEqual(['early', 'late']);
  });
});

describe('FilterLogEvents', () => {
  it('merges streams by time and gives each event an id of its own that stays', async () => {
    await stream('a/1');
    await stream('b/1');
    for (let i = 0; i < 300; i++) {
      endpoint.logs.append(G, i % 2 ? 'a/1' : 'b/1', [
        { timestamp: t0 + i, message: `${i} ${'x'.repeat(1000)}` },
      ]);
    }
    const pages = [];
    for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName: G, limit: 70 }))
      pages.push(page);
    const events = pages.flatMap((page) => page.events ?? []);
    expect(events.map(({ message }) => Number.parseInt(message ?? '', 10))).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    );
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(300);
    const again = await filter({ startTime: t0 + 299 });
    expect(again.events?.[0]?.eventId).toBe(events.at(-1)?.eventId);
  });

  it('chooses by stream name, prefix and time, the end included', async () => {
    for (const name of ['a/1', 'a/2', 'b/1']) {
      await stream(name);
      await put(name, [
        [t0 + 1, `${name} one`],
        [t0 + 2, `${name} two`],
      ]);
    }
    expect(texts(await filter({ logStreamNamePrefix: 'a/', endTime: t0 + 1 }))?.sort()).toEqual([
      'a/1 one',
      'a/2 one',
    ]);
    expect(texts(await filter({ logStreamNames: ['b/1'], startTime: t0 + 2 }))).toEqual(['b/1 two']);
    expect(await codeOf(filter({ logStreamNames: ['none'] }))).toBe('ResourceNotFoundException');
  });

  it('reads from the latest event backward, page by page', async () => {
    await stream('s');
    await put('s', numbered(5));
    const first = await filter({ startFromHead: false, startTime: t0, limit: 3 });
    expect(texts(first)).toEqual(['m4', 'm3', 'm2']);
    expect(texts(await filter({ startTime: t0, nextToken: first.nextToken }))).toEqual(['m1', 'm0']);
    expect(await codeOf(filter({ startFromHead: false }))).toBe('InvalidParameterException');
  });

  const lines = ['ERROR disk full', 'ERROR timeout', 'WARN disk slow', 'all fine: 10%'];
  const patterns: [string, number[]][] = [
    ['', [0, 1, 2, 3]],
    ['ERROR', [0, 1]],
    ['error', []],
    ['ERROR disk', [0]],
    ['disk ERROR', [0]],
    ['"disk full"', [0]],
    ['?timeout ?WARN', [1, 2]],
    ['ERROR -timeout', [0]],
    ['-ERROR', [2, 3]],
    ['-"disk full"', [1, 2, 3]],
    ['"fine: 10%"', [3]],
    ['ERROR ?WARN', [0, 1]],
  ];
  for (const [filterPattern, expected] of patterns)
    it(`finds what the pattern ${filterPattern || '(none)'} means`, async () => {
      await stream('s');
      await put(
        's',
        lines.map((line, i) => [t0 + i, line]),
      );
      expect(texts(await filter({ filterPattern }))).toEqual(expected.map((i) => lines[i]));
    });

  it('refuses a malformed pattern', async () => {
    expect(await codeOf(filter({ filterPattern: '{ $.level = ' }))).toBe('InvalidParameterException');
  });

  it('gives short pages with a token when little matches much', async () => {
    const filler = 'x'.repeat(200_000);
    for (let i = 0; i < 120; i++)
      endpoint.logs.append(G, 's', [
        { timestamp: t0 + i, message: `${filler} ${i === 119 ? 'needle' : ''}` },
      ]);
    const first = await filter({ filterPattern: 'needle' });
    expect([first.events, typeof first.nextToken]).toEqual([[], 'string']);
    const { nextToken } = first;
    expect((await filter({ filterPattern: 'needle', nextToken })).events).toHaveLength(1);
  });
});

describe('PutLogEvents', () => {
  it('drops what is too old or too new, and says which', async () => {
    await stream('s');
    const now = endpoint.now();
    const day = 24 * HOUR;
    const old = await put('s', [
      [now - 14 * day - 5000, 'old'],
      [now - 14 * day + 60_000, 'kept'],
    ]);
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    const ahead = await put('s', [
      [now, 'kept'],
      [now + 3 * HOUR, 'new'],
    ]);
    expect(ahead.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect(texts(await get('s'))).toEqual(['kept', 'kept']);
  });

  it('lets events expire with the retention of their group', async () => {
    await stream('s');
    await put('s', [[t0, 'x']]);
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: G, retentionInDays: 1 }));
    endpoint.advance(30 * HOUR);
    expect([texts(await get('s')), texts(await filter())]).toEqual([[], []]);
    expect((await put('s', [[t0, 'x']])).rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
  });

  const refused: [string, () => Promise<unknown>, string][] = [
    [
      'events out of order',
      () =>
        put('s', [
          [t0 + 1, 'b'],
          [t0, 'a'],
        ]),
      'InvalidParameterException',
    ],
    ['no events', () => put('s', []), 'InvalidParameterException'],
    ['an empty message', () => put('s', [[t0, '']]), 'InvalidParameterException'],
    [
      'more than a day at once',
      () =>
        put('s', [
          [t0 - 25 * HOUR, 'a'],
          [t0, 'b'],
        ]),
      'InvalidParameterException',
    ],
    ['more than 1 MB', () => put('s', [[t0, 'x'.repeat(1_048_576)]]), 'InvalidParameterException'],
    ['more than 10,000 events', () => put('s', numbered(10_001)), 'InvalidParameterException'],
    ['a stream that is not there', () => put('none', numbered(1)), 'ResourceNotFoundException'],
    ['a stream made twice', () => stream('s'), 'ResourceAlreadyExistsException'],
    [
      'a group made twice',
      () => logs.send(new CreateLogGroupCommand({ logGroupName: G })),
      'ResourceAlreadyExistsException',
    ],
    [
      'a retention that does not exist',
      () => logs.send(new PutRetentionPolicyCommand({ logGroupName: G, retentionInDays: 2 })),
      'InvalidParameterException',
    ],
    ['a token of its own making', () => get('s', { nextToken: 'x' }), 'InvalidParameterException'],
  ];
  for (const [what, attempt, code] of refused)
    it(`refuses ${what}`, async () => {
      await stream('s');
      expect(await codeOf(attempt())).toBe(code);
    });
});

describe('log files', () => {
  it('keep groups, streams and events over a restart, and take more', async () => {
    await stream('s');
    await put('s', numbered(3));
    await restart();
    await put('s', numbered(2, 3));
    expect(texts(await get('s'))).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
  });

  it('lose only the line that a crash cut off', async () => {
    await stream('s');
    await put('s', numbered(2));
    const [file = ''] = await logFiles();
    await appendFile(file, '{"t":1,"i":1,"m":"half');
    await restart();
    await put('s', numbered(1, 2));
    expect(texts(await get('s'))).toEqual(['m0', 'm1', 'm2']);
    expect(await readFile(file, 'utf8')).not.toContain('half');
  });

  it('forget a stream whose file never got its first line', async () => {
    await stream('s');
    const [file = ''] = await logFiles();
    await truncate(file, 5);
    await restart();
    expect(await codeOf(get('s'))).toBe('ResourceNotFoundException');
    await stream('s');
    await put('s', numbered(1));
    await restart();
    expect(texts(await get('s'))).toEqual(['m0']);
  });
});

describe('a log file whose first line is damaged', () => {
  it('is named, with what to do, and left as it is', async () => {
    await stream('s');
    const [file = ''] = await logFiles();
    await writeFile(file, `garbage\n{"t":1,"i":1,"m":"kept"}\n`);
    await restart();
    expect(await codeOf(get('s'))).toBe('InternalServerError');
    expect(endpoint.errors).toMatchObject([{ code: 'FILE_SYSTEM', next: 'gsys local down --wipe' }]);
    expect(String(endpoint.errors[0])).toContain(file);
    expect(await readFile(file, 'utf8')).toContain('kept');
  });
});

describe('log sink', () => {
  it('makes streams as tasks write, and knows which groups there are', async () => {
    endpoint.logs.append(G, 'app/app/1', [
      { timestamp: t0, message: 'hello' },
      { timestamp: t0, message: '' },
    ]);
    expect(texts(await get('app/app/1'))).toEqual(['hello']);
    expect([endpoint.logs.hasGroup(G), endpoint.logs.hasGroup('/none')]).toEqual([true, false]);
  });

  it('reports output that it could not keep once, and does not throw', () => {
    for (let i = 0; i < 3; i++) endpoint.logs.append('/none', 's', [{ timestamp: t0, message: 'x' }]);
    expect(endpoint.errors.map(String)).toEqual([
      'Error: output of s is lost: log group /none does not exist',
    ]);
  });
});
