import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gatewayParts } from '../../../services/gateway/parts.ts';
import type { Meta } from '../../../services/gen/common_pb.js';
import { UnsubscribeRequestSchema, UnsubscribeResponseSchema } from '../../../services/gen/event_bus_pb.js';
import { GetRequestSchema, GetResponseSchema } from '../../../services/gen/settings_pb.js';
import type { AskOptions, Operation } from '../../../services/sdk/caller.ts';
import { endpoint } from '../../../services/sdk/endpoint.ts';
import { Code, ServiceError } from '../../../services/sdk/errors.ts';
import type { RequestContext } from '../../../services/sdk/request-context.ts';
import type { ServiceContext } from '../../../services/sdk/start.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { until } from '../../support/until.ts';
import { serviceOf } from '../helpers/image.ts';
import { type Lab, startLab } from '../helpers/lab.ts';
import type { Task } from '../helpers/task.ts';

const GET = { subject: 'svc.settings.v1.get', request: GetRequestSchema, response: GetResponseSchema };
const MIDDLE = 'svc.events.v1.unsubscribe';
const only = (service: string, name: string, changes: object) =>
  serviceOf(service)
    .endpoints.filter((one) => one.name === name)
    .map((one) => ({ ...one, ...changes }));
const CHANGES: Record<string, Partial<Service>> = {
  settings: { endpoints: only('settings', 'get', { idempotent: false, timeout: 30 }), publishes: [] },
  'event-bus': {
    endpoints: only('event-bus', 'unsubscribe', {
      timeout: 20,
      route: { path: '/middle', aliases: [], auth: 'none' },
    }),
    ...{ publishes: [], consumes: [], calls: [GET.subject], state: { kv: [], stream: [] } },
  },
};

let lab: Lab;
let tasks: Task[];
let middleContext: ServiceContext;
/** What the callee was told. */
let seen: { meta: Meta | undefined; remainingMs: number }[];
/** What the middle does for a request: asks, in these ways, one after another. */
let steps: (AskOptions & { playerId?: string; operation?: Operation<never, never> })[];
let ended: string[];

const settings = {
  endpoints: () => ({
    get: endpoint(GetRequestSchema, GetResponseSchema, async ({ playerId }, context) => {
      seen.push({ meta: context.meta, remainingMs: context.remainingMs() });
      context.log.info('at the end');
      if (playerId === 'refuses')
        throw new ServiceError(Code.NOT_FOUND, 'no such player', { details: { a: 'b' } });
      if (playerId === 'waits') await aborted(context, 'settings');
      return { settings: [] };
    }),
  }),
};
const middle = {
  endpoints: (context: ServiceContext) => {
    middleContext = context;
    return {
      unsubscribe: endpoint(UnsubscribeRequestSchema, UnsubscribeResponseSchema, async (_, request) => {
        request.log.info('in the middle');
        for (const { playerId = 'p', operation = GET, ...options } of steps)
          await context.caller.ask(operation as typeof GET, { playerId }, request, options).catch((error) => {
            ended.push(`asked: ${error.message}`);
            throw error;
          });
        return { success: true };
      }),
    };
  },
};

async function aborted({ signal }: RequestContext, who: string): Promise<void> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  ended.push(`${who}: ${signal.reason.message}`);
}

beforeAll(async () => {
  lab = await startLab(['settings', 'event-bus', 'gateway'], CHANGES);
  tasks = [
    await lab.start('settings', settings),
    await lab.start('event-bus', middle),
    await lab.start('gateway', gatewayParts),
  ];
});
beforeEach(() => {
  seen = [];
  steps = [{}];
  ended = [];
});
afterAll(() => lab.stop());

const ask = (meta: object = {}) =>
  lab.ask(MIDDLE, UnsubscribeRequestSchema, UnsubscribeResponseSchema, { subscriptionId: 'x', meta });

describe('a call for a request', () => {
  it('carries the request’s ids, user and idempotency key, and says who calls', async () => {
    const meta = { requestId: 'r', traceId: 't', userId: 'u', tenantId: 'n', idempotencyKey: 'k' };
    await ask({ ...meta, labels: { a: 'b' }, clientId: 'game' });
    expect(seen[0]?.meta).toMatchObject({ ...meta, labels: { a: 'b' }, clientId: 'event-bus' });
  });

  it('has a key of its own where it is one of several', async () => {
    steps = [{ step: 'charge' }, { step: 'fee' }];
    await ask({ idempotencyKey: 'k' });
    await ask();
    expect(seen.map(({ meta }) => meta?.idempotencyKey)).toEqual(['k/charge', 'k/fee', '', '']);
  });

  it('has no more time than is left of the request’s', async () => {
    await ask();
    // The middle's contract gives 20 s, the callee's 30.
    expect(seen[0]?.remainingMs).toBeLessThanOrEqual(20_000);
    steps = [{ timeoutMs: 700 }];
    await ask();
    expect(seen[1]?.remainingMs).toBeLessThanOrEqual(700);
  });

  it('fails as the callee says', async () => {
    steps = [{ playerId: 'refuses' }];
    const { error } = await ask();
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: 'no such player', details: { a: 'b' } });
  });

  it('ends with its time, here and there', async () => {
    steps = [{ playerId: 'waits', timeoutMs: 100 }];
    expect((await ask()).error?.code).toBe(Code.DEADLINE_EXCEEDED);
    await until('both to end', () => ended.length === 2);
    expect(ended.sort()).toEqual([
      expect.stringMatching(/^asked: No reply from svc.settings.v1.get within \d+ ms/),
      'settings: get took too long.',
    ]);
  });

  it('is refused where service.yaml does not have it, or has other messages', async () => {
    const other = { subject: MIDDLE, request: UnsubscribeRequestSchema, response: UnsubscribeResponseSchema };
    const call = middleContext.caller.ask(other, {}, undefined);
    await expect(call).rejects.toThrow('does not say that it calls svc.events.v1.unsubscribe');
    const mixed = { ...GET, response: UnsubscribeResponseSchema };
    await expect(middleContext.caller.ask(mixed, {}, undefined)).rejects.toThrow('answers settings.v1');
  });

  it('needs no request', async () => {
    await middleContext.caller.ask(GET, { playerId: 'p' }, undefined);
    expect(seen[0]?.meta).toMatchObject({ clientId: 'event-bus', idempotencyKey: '', userId: '' });
    expect(seen[0]?.meta?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('one trace id', () => {
  it.each([
    ['traceparent', `00-${'4b'.repeat(16)}-${'00'.repeat(7)}01-01`, '4b'.repeat(16)],
    ['x-trace-id', 'a-word-of-the-client', 'a-word-of-the-client'],
  ])('is in the lines of gateway, caller and callee, from %s', async (header, value, id) => {
    const before = tasks.map(({ lines }) => lines.length);
    const response = await fetch(`${tasks[2]?.url}/middle`, { method: 'POST', headers: { [header]: value } });
    expect([response.status, response.headers.get('x-trace-id')]).toEqual([200, id]);
    const messages = tasks.map(({ lines }, i) =>
      lines.slice(before[i]).flatMap(({ traceId, msg }) => (traceId === id ? [msg] : [])),
    );
    expect(messages).toEqual([
      ['at the end', 'request answered'],
      ['in the middle', 'request answered'],
      ['request'],
    ]);
  });

  it('is made by the gateway where the client has none', async () => {
    const response = await fetch(`${tasks[2]?.url}/middle`, { method: 'POST' });
    expect(seen[0]?.meta?.traceId).toBe(response.headers.get('x-trace-id'));
  });
});
