import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GetRequestSchema, GetResponseSchema } from '../../../services/gen/settings_pb.js';
import type { Caller } from '../../../services/sdk/caller.ts';
import { streamingEndpoint } from '../../../services/sdk/endpoint.ts';
import { Code, ServiceError } from '../../../services/sdk/errors.ts';
import type { ServiceParts } from '../../../services/sdk/start.ts';
import { MOST_MESSAGES, MOST_PARTS } from '../../../services/sdk/stream.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { servicePermissions } from '../../../src/lib/nats/permissions.ts';
import { until } from '../../support/until.ts';
import { serviceOf } from '../helpers/image.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import type { Task } from '../helpers/task.ts';

const GET = { subject: 'svc.settings.v1.get', request: GetRequestSchema, response: GetResponseSchema };
const endpoints = serviceOf('settings')
  .endpoints.filter(({ name }) => name === 'get')
  .map((endpoint) => ({ ...endpoint, streaming: true, timeout: 20 }));
const CHANGES: Record<string, Partial<Service>> = {
  settings: { endpoints, publishes: [] },
  'event-bus': { endpoints: [], publishes: [], consumes: [], calls: [GET.subject] },
};

let lab: Lab;
let serving: Task;
let calling: Task;
let caller: Caller;
/** How handlers ended that were left. */
let left: string[] = [];
let release = () => {};
let waiting = false;

/** A service whose behaviour the request asks for, in its ids and keys. */
const sender: ServiceParts = {
  endpoints: () => ({
    get: streamingEndpoint(GetRequestSchema, GetResponseSchema, async function* (request, { signal }) {
      const { playerId, settingKeys } = request;
      const count = Number(settingKeys[0] ?? 0);
      if (playerId === 'refuses') throw new ServiceError(Code.NOT_FOUND, 'no such player');
      try {
        for (let i = 0; i < count; i++) yield { settings: i === 1 ? [] : [{ key: `k${i}` }] };
        if (playerId === 'breaks') throw new ServiceError(Code.FAILED_PRECONDITION, 'no further');
        if (playerId === 'waits')
          await new Promise<void>((resolve) => {
            release = resolve;
            waiting = true;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        if (playerId === 'floods') for (;;) yield { settings: [{ key: 'x'.repeat(200_000) }] };
      } finally {
        if (signal.aborted) left.push((signal.reason as ServiceError).message);
      }
    }),
  }),
};
/** A task that only asks. */
const asker: ServiceParts = {
  endpoints: (context) => {
    caller = context.caller;
    return {};
  },
};

beforeAll(async () => {
  lab = await startLab(['settings', 'event-bus'], CHANGES);
  serving = await lab.start('settings', sender);
  calling = await lab.start('event-bus', asker);
});
afterEach(() => {
  left = [];
  waiting = false;
});
afterAll(() => lab.stop());

const parts = (playerId: string, count: number, options = {}) =>
  caller.stream(GET, { playerId, settingKeys: [String(count)] }, undefined, options);
const keys = async (stream: ReturnType<typeof parts>) => {
  const seen: (string | undefined)[] = [];
  try {
    for await (const { settings } of stream) seen.push(settings[0]?.key);
  } catch (error) {
    seen.push((error as Error).message);
  }
  return seen;
};

describe('a reply in parts', () => {
  it('arrives whole and in order, through the fleet’s permissions, also a part without a byte', async () => {
    const seen = await keys(parts('p', 300));
    expect(seen).toHaveLength(300);
    expect(seen.slice(0, 3)).toEqual(['k0', undefined, 'k2']);
    expect(seen[299]).toBe('k299');
  });

  it('may have none', async () => expect(await keys(parts('p', 0))).toEqual([]));

  it('is a failure alone when it fails before the first, and after those that came when it fails later', async () => {
    expect(await keys(parts('refuses', 3))).toEqual(['no such player']);
    expect(await keys(parts('breaks', 3))).toEqual(['k0', undefined, 'k2', 'no further']);
  });

  it('has no more parts than the server lets it send', async () => {
    const seen = await keys(parts('p', MOST_PARTS + 1));
    expect(seen).toHaveLength(MOST_PARTS + 1);
    expect(seen.at(-1)).toContain('800 parts at most');
    const { responses } = servicePermissions({ ...serviceOf('settings'), endpoints });
    expect(responses?.max).toBe(MOST_MESSAGES);
  });

  it('ends with a failure when its time is over', async () => {
    expect((await keys(parts('waits', 1, { timeoutMs: 100 }))).at(-1)).toContain('within 100 ms');
    await until('the handler to stop', () => left.length === 1);
  });

  it('ends with a failure when whoever reads it is slower than it comes', async () => {
    let failure: unknown;
    try {
      for await (const _ of parts('floods', 0)) await sleep(100);
    } catch (error) {
      failure = error;
    }
    expect((failure as ServiceError).code).toBe(Code.RESOURCE_EXHAUSTED);
    await until('the handler to stop', () => left.length === 1);
  });

  it('counts in $SRV.STATS like any other', async () => {
    await keys(parts('p', 1));
    const { endpoints: counted } = (await lab.operator.request('$SRV.STATS.settings')).json<{
      endpoints: { num_requests: number; num_errors: number }[];
    }>();
    expect(counted[0]?.num_requests).toBeGreaterThan(counted[0]?.num_errors ?? 0);
  });
});

describe('its handler', () => {
  it('is told to stop as soon as the caller leaves the loop', async () => {
    for await (const _ of parts('waits', 1)) break;
    await until('the handler to stop', () => left.length === 1);
    expect(left).toEqual(['The caller has gone.']);
  });

  it('is told to stop when the caller’s task is gone', async () => {
    const mine = caller;
    const gone = await lab.start('event-bus', asker);
    const reading = keys(parts('waits', 1));
    caller = mine;
    await until('it to wait', () => waiting);
    await gone.stop();
    expect((await reading).at(-1)).toBe('Not connected to NATS.');
    await until('the handler to stop', () => left.length === 1);
  });

  it('goes on while nobody leaves, however long there is nothing to say', async () => {
    const reading = keys(parts('waits', 1));
    // Longer than the silence after which a sender is taken for dead.
    await sleep(9_000);
    release();
    expect(await reading).toEqual(['k0']);
  });

  it('is waited for when its task is drained', async () => {
    const reading = keys(parts('waits', 2));
    await until('it to wait', () => waiting);
    const stopped = serving.stop();
    release();
    expect(await reading).toEqual(['k0', undefined]);
    await stopped;
    expect(calling.lines.filter(({ level }) => level === 50)).toEqual([]);
  });
});
