import { afterAll, beforeAll, expect, it } from 'vitest';
import { GetRequestSchema, GetResponseSchema } from '../../../services/gen/settings_pb.js';
import type { Caller } from '../../../services/sdk/caller.ts';
import { endpoint } from '../../../services/sdk/endpoint.ts';
import type { ServiceContext } from '../../../services/sdk/start.ts';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { until } from '../../support/until.ts';
import { serviceOf } from '../helpers/image.ts';
import { type Lab, startLab } from '../helpers/lab.ts';

const GET = { subject: 'svc.settings.v1.get', request: GetRequestSchema, response: GetResponseSchema };
const endpoints = serviceOf('settings')
  .endpoints.filter(({ name }) => name === 'get')
  .map((one) => ({ ...one, idempotent: true, timeout: 30 }));
const CHANGES: Record<string, Partial<Service>> = {
  settings: { endpoints, publishes: [], state: { kv: [], stream: [] } },
  'event-bus': {
    ...{ endpoints: [], publishes: [], consumes: [], calls: [GET.subject], state: { kv: [], stream: [] } },
  },
};
const CALLERS = 8;

let lab: Lab;
let caller: Caller;

beforeAll(async () => {
  lab = await startLab(['settings', 'event-bus'], CHANGES);
  const serving = {
    endpoints: () => ({ get: endpoint(GetRequestSchema, GetResponseSchema, async () => ({ settings: [] })) }),
  };
  const asking = {
    endpoints: (context: ServiceContext) => {
      caller = context.caller;
      return {};
    },
  };
  // Each at a node of its own.
  await lab.start('settings', serving);
  await lab.start('settings', serving);
  await lab.start('event-bus', asking);
});
afterAll(() => lab.stop());

it('loses no call that may be repeated when a node of NATS dies under load, the service’s or the caller’s own', async () => {
  let going = true;
  let answered = 0;
  const failures: string[] = [];
  const callers = Array.from({ length: CALLERS }, async () => {
    while (going)
      await caller.ask(GET, { playerId: 'p' }, undefined).then(
        () => answered++,
        (error) => failures.push(String(error)),
      );
  });
  const untilMore = () => {
    const before = answered;
    return until('answers', () => answered > before + 200);
  };
  await untilMore();
  const [service, , own] = lab.cluster.nodes;
  lab.cluster.process(service?.name ?? '').kill('SIGKILL');
  await untilMore();
  lab.cluster.process(own?.name ?? '').kill('SIGKILL');
  await untilMore();
  going = false;
  await Promise.all(callers);
  expect(failures).toEqual([]);
});
