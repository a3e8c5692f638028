import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Service } from '../../../../src/lib/fleet/fleet.ts';
import { type FollowEvent, followLogs } from '../../../../src/lib/observe/follow/follow.ts';
import { followSources } from '../../../../src/lib/observe/follow/sources.ts';
import type { LogLine } from '../../../../src/lib/observe/log-line.ts';
import type { LogQuery } from '../../../../src/lib/observe/read-logs.ts';
import type { GatedCall, Spoiling } from '../../../../src/local/aws/gate.ts';
import { AwsError } from '../../../../src/local/aws/service.ts';
import { startEndpoint, type TestEndpoint } from '../../../local/aws/support/endpoint.ts';
import { until } from '../../../support/until.ts';
import { accessTo } from '../../aws/support/answers.ts';

const G = '/ecs/all';
const services = [
  { name: 'settings', ecsService: 'settings-nats', logGroup: G },
  { name: 'gateway', ecsService: 'http-nats-gateway', logGroup: '/ecs/gateway' },
] as Service[];

let endpoint: TestEndpoint;
/** What happens to the calls of the operation; how many there were. */
let faults: Record<string, () => Spoiling | undefined>;
let calls: Record<string, number>;
let leaving: AbortController;

beforeEach(async () => {
  faults = {};
  calls = {};
  leaving = new AbortController();
  const gate = ({ operation }: GatedCall) => {
    calls[operation] = (calls[operation] ?? 0) + 1;
    return faults[operation]?.();
  };
  endpoint = await startEndpoint({ gates: [gate] });
  const client = new CloudWatchLogsClient(endpoint.client);
  for (const logGroupName of [G, '/ecs/gateway'])
    await client.send(new CreateLogGroupCommand({ logGroupName }));
});
afterEach(async () => {
  leaving.abort(new Error('the test is over'));
  await endpoint.close();
});

/** Writes as the log driver does; `late` is by how much the task's clock is behind, in milliseconds. */
function write(messages: string[], { stream = 'settings-nats/settings-nats/1', group = G, late = 0 } = {}) {
  endpoint.logs.append(
    group,
    stream,
    messages.map((message) => ({ timestamp: endpoint.now() - late, message })),
  );
}

/** @param reading awaited after each event: whoever reads slowly */
function follow(query: Partial<LogQuery> = {}, reading: () => Promise<void> = async () => undefined) {
  const access = accessTo(endpoint.url, leaving.signal);
  const all = { services, start: endpoint.now() - 60_000, limit: 1000, ...query };
  const events: FollowEvent[] = [];
  const ended = (async () => {
    for await (const event of followLogs(all, followSources(access), leaving.signal)) {
      events.push(event);
      await reading();
    }
  })().catch((error: Error) => error);
  const lines = () => events.flatMap((event): LogLine[] => (event.type === 'lines' ? event.lines : []));
  const texts = () => lines().map(({ message }) => message);
  const said = () => events.flatMap((event) => (event.type === 'lines' ? [] : [event.text]));
  const shows = (...messages: string[]) =>
    until(`${messages.length} lines, the last: ${messages.at(-1)}`, () => {
      const shown = new Set(texts());
      return messages.every((message) => shown.has(message));
    });
  return { ended, lines, texts, said, shows };
}

const numbered = (count: number, word = 'line') => Array.from({ length: count }, (_, i) => `${word} ${i}`);
const throttle = () => {
  throw new AwsError('ThrottlingException', 'Rate exceeded');
};
const unknown = () => {
  throw new AwsError('UnknownOperationException', 'The operation is not known here.');
};

describe('following', () => {
  it('shows what was written, then what is written, by old tasks and new', async () => {
    write(['before']);
    const { shows, texts, lines } = follow();
    await shows('before');
    write(['now']);
    write(['new task'], { stream: 'settings-nats/settings-nats/2' });
    write(['gateway'], { stream: 'http-nats-gateway/http-nats-gateway/3', group: '/ecs/gateway' });
    write(['stranger'], { stream: 'other-nats/other-nats/4' });
    await shows('now', 'new task', 'gateway');
    expect(texts().toSorted()).toEqual(['before', 'gateway', 'new task', 'now']);
    expect(new Set(lines().map(({ id }) => id)).size).toBe(4);
  });

  it('keeps only the lines that are asked for', async () => {
    const { shows, texts } = follow({ filter: 'WANTED', level: 'warn' });
    write(['{"level":30,"msg":"wanted info"}', '{"level":50,"msg":"wanted error"}', 'unwanted', 'other']);
    await shows('wanted error', 'unwanted');
    expect(texts()).toEqual(['wanted error', 'unwanted']);
  });

  it('tells equal lines of the same moment apart, and each once', async () => {
    write(['same', 'same', 'same']);
    const { shows, texts } = follow();
    await shows('same');
    write(['same', 'same', 'end']);
    await shows('end');
    expect(texts().filter((text) => text === 'same')).toHaveLength(5);
  });

  it('keeps the order in which a task wrote, also within a millisecond', async () => {
    const [before, live] = [numbered(30, 'before'), numbered(30, 'live')];
    const at = endpoint.now();
    const put = (messages: string[], task: number) =>
      endpoint.logs.append(
        G,
        `settings-nats/settings-nats/${task}`,
        messages.map((message) => ({ timestamp: at, message })),
      );
    put(before, 1);
    const { shows, texts } = follow();
    await shows(...before);
    put(live, 2);
    await shows(...live);
    expect(texts()).toEqual([...before, ...live]);
  });

  it('shows every line once when CloudWatch samples, and says that it does', async () => {
    const { shows, texts, said } = follow();
    write(['ready']);
    await shows('ready');
    const all = numbered(6000);
    for (let i = 0; i < all.length; i += 500) write(all.slice(i, i + 500));
    await shows(...all);
    expect(texts()).toHaveLength(6001);
    expect(said()[0]).toMatch(/^sampled by CloudWatch/);
    await until('the end of sampling', () => said().includes('no longer sampled by CloudWatch'));
    write(['live again']);
    await shows('live again');
    expect(new Set(texts()).size).toBe(texts().length);
  });

  it('shows lines of tasks whose clock is off', async () => {
    const { shows } = follow();
    write(['ready']);
    await shows('ready');
    write(['behind'], { late: 600_000 });
    write(['ahead'], { late: -600_000, stream: 'settings-nats/settings-nats/2' });
    await shows('behind', 'ahead');
  });

  it('leaves a group out that does not exist', async () => {
    const { shows, ended } = follow({
      services: [...services, { name: 'new', ecsService: 'new-nats', logGroup: '/none' } as Service],
    });
    write(['here']);
    await shows('here');
    leaving.abort(new Error('enough'));
    expect(await ended).toMatchObject({ message: 'enough' });
  });
});

describe('without Live Tail', () => {
  beforeEach(() => {
    faults.StartLiveTail = unknown;
  });

  it('polls, within the shared rate', async () => {
    const { shows, said, texts } = follow();
    write(['one']);
    await shows('one');
    const [before, started] = [calls.FilterLogEvents ?? 0, Date.now()];
    for (const text of numbered(5)) {
      write([text]);
      await shows(text);
    }
    const rate = ((calls.FilterLogEvents ?? 0) - before) / ((Date.now() - started) / 1000);
    expect(rate).toBeLessThan(6);
    expect(said()[0]).toContain('UnknownOperationException');
    expect(new Set(texts()).size).toBe(texts().length);
  });

  it('finds lines of a clock that is seconds off', async () => {
    const { shows } = follow();
    write(['ready']);
    await shows('ready');
    write(['ahead'], { late: -30_000 });
    write(['behind'], { late: 2500 });
    await shows('ahead', 'behind');
  });
});

describe('nothing is lost, and nothing told twice, when', () => {
  it.each<[string, () => Spoiling | undefined, number]>([
    ['everything is throttled', throttle, 1500],
    ['a proxy answers in HTML', () => 'html', 1500],
    ['answers are cut in half', () => 'half', 1500],
    ['answers do not come', () => 'hang', 3000],
  ])('%s for a while', async (_, fault, long) => {
    const { shows, texts } = follow();
    write(['ready']);
    await shows('ready');
    faults = { StartLiveTail: fault, FilterLogEvents: fault };
    // Ends the session: the next one meets the fault.
    endpoint = await endpoint.restart();
    write(numbered(20, 'meanwhile'));
    await new Promise((resolve) => setTimeout(resolve, long));
    faults = {};
    write(numbered(20, 'afterwards'));
    await shows(...numbered(20, 'meanwhile'), ...numbered(20, 'afterwards'));
    expect(new Set(texts()).size).toBe(41);
    expect(texts()).toHaveLength(41);
  });

  it('the endpoint goes away and comes back', async () => {
    const { shows, texts, said } = follow();
    write(['ready']);
    await shows('ready');
    for (let round = 0; round < 3; round++) {
      endpoint = await endpoint.restart();
      write([`round ${round}`]);
      await shows(`round ${round}`);
    }
    expect(texts()).toEqual(['ready', 'round 0', 'round 1', 'round 2']);
    expect(said().join()).toContain('reading by FilterLogEvents instead');
  });

  it('a session ends after three hours', async () => {
    const { shows, texts } = follow();
    write(['ready']);
    await shows('ready');
    endpoint.advance(3 * 60 * 60 * 1000 + 1);
    await until('another session', () => (calls.StartLiveTail ?? 0) > 1);
    write(['after three hours']);
    await shows('after three hours');
    expect(texts()).toEqual(['ready', 'after three hours']);
  });
});

it('ends with what waiting will not cure', async () => {
  faults.FilterLogEvents = () => {
    throw new AwsError('AccessDeniedException', 'not you');
  };
  expect(await follow().ended).toMatchObject({ code: 'AWS_CALL_FAILED' });
});

it('ends when nobody has ever answered', async () => {
  faults.FilterLogEvents = () => 'html';
  expect(await follow().ended).toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
});

describe('whoever reads slowly', () => {
  it('is not read ahead of without end, and misses nothing once he goes on', async () => {
    let go = () => {};
    let stopped = false;
    const gone = new Promise<void>((resolve) => {
      go = resolve;
    });
    const seen = follow({}, async () => {
      if (stopped) await gone;
    });
    write(['first']);
    await seen.shows('first');
    stopped = true;
    const numbers = Array.from({ length: 60_000 }, (_, i) => `number ${i}`);
    for (let from = 0; from < numbers.length; from += 10_000) write(numbers.slice(from, from + 10_000));
    let asked = { count: -1, since: 0 };
    await until('nothing more is asked for', () => {
      const count = calls.FilterLogEvents ?? 0;
      if (count !== asked.count) asked = { count, since: performance.now() };
      return performance.now() - asked.since > 3000;
    });
    // It has stopped with a part: a page has ten thousand.
    expect(seen.texts().length).toBeLessThan(60_000);
    go();
    await seen.shows(...numbers);
    const shown = seen.texts().filter((text) => text.startsWith('number'));
    expect(shown).toHaveLength(numbers.length);
    expect(seen.said()).toContainEqual(expect.stringMatching(/^behind by \d+ s/));
  }, 120_000);
});
