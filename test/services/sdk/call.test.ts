import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { headers, type Msg, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitOpen } from '../../../services/sdk/breaker.ts';
import { DeadlineExceeded, NoResponders, NotConnected } from '../../../services/sdk/call-errors.ts';
import { Code } from '../../../services/sdk/errors.ts';
import { beginTrace } from '../../../services/sdk/trace.ts';
import { embeddedLayout } from '../../../src/lib/fleet/embedded-layout.ts';
import { leaseSlot } from '../../support/slot.ts';
import { until } from '../../support/until.ts';
import { openLink, type TestLink } from '../helpers/link.ts';
import { startNats, type TestNats } from '../helpers/nats.ts';

const port = embeddedLayout(leaseSlot(), '', { shards: 3, replicasPerShard: 1 }).nats[0]?.clientPort ?? 0;
const trace = beginTrace();
const BYTES = Buffer.from('x');
/** Of the client, inside. */
type Protocol = { transport: { send(bytes: Uint8Array): void } };

let folder: string;
let nats: TestNats;
let service: NatsConnection;
let caller: TestLink;
let subjects = 0;
let subject: string;
/** What has arrived at the subject of the test. */
let asked: Msg[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'call-'));
  nats = await startNats(folder, port, {
    permissions: { settings: '{ publish: { deny: ["svc.forbidden.>"] } }' },
  });
  service = await nats.client();
});
beforeEach(async () => {
  subjects++;
  subject = `svc.test${subjects}.v1.get`;
  asked = [];
  caller = await openLink(nats, 'settings');
});
afterEach(() => caller.close());
afterAll(async () => {
  await nats.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Somebody who answers the n-th request, from 1 on, in this way. */
async function serve(answer: (msg: Msg, nth: number) => void): Promise<void> {
  service.subscribe(subject, {
    callback: (_, msg) => {
      asked.push(msg);
      answer(msg, asked.length);
    },
  });
  await service.flush();
}

/** After the server was away. */
const untilAllAreBack = () =>
  until('all to be connected', async () => {
    const back = await service.flush().then(
      () => true,
      () => false,
    );
    return back && caller.link.isConnected();
  });
const reply = (msg: Msg) => msg.respond(BYTES);
const silence = () => undefined;
const refuse = (status: number, faultOf?: string) => (msg: Msg) => {
  const told = headers();
  if (faultOf) told.set('Gsys-Fault-Of', faultOf);
  told.set('Nats-Service-Error-Code', String(status));
  msg.respond(BYTES, { headers: told });
};
const ask = (options: { idempotent?: boolean; timeoutMs?: number; remainingMs?: number } = {}) => {
  const { idempotent = false, timeoutMs = 5_000, remainingMs } = options;
  return caller.calls.one({ subject, timeoutMs, idempotent }, BYTES, { trace, remainingMs });
};
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => error,
  );

describe('a call', () => {
  it('brings the reply, also one without bytes, whose fields are all defaults', async () => {
    await serve((msg, nth) => (nth === 1 ? msg.respond() : reply(msg)));
    expect(await ask()).toHaveLength(0);
    expect(await ask()).toHaveLength(BYTES.length);
  });

  it('says at once that nobody serves the subject, and that is another failure than no reply', async () => {
    expect(await failureOf(ask({ timeoutMs: 60_000, idempotent: true }))).toBeInstanceOf(NoResponders);
    await serve(silence);
    const failure = await failureOf(ask({ timeoutMs: 50 }));
    expect(failure).toBeInstanceOf(DeadlineExceeded);
    expect(failure.code).toBe(Code.DEADLINE_EXCEEDED);
  });

  it('waits no longer than its caller, and tells the service how long that is', async () => {
    await serve(silence);
    expect(await failureOf(ask({ timeoutMs: 60_000, remainingMs: 80 }))).toBeInstanceOf(DeadlineExceeded);
    expect(Number(asked[0]?.headers?.get('Gsys-Timeout-Ms'))).toBeLessThanOrEqual(80);
  });

  it('does not ask for a caller whose time is over', async () => {
    await serve(reply);
    expect(await failureOf(ask({ remainingMs: 0 }))).toBeInstanceOf(DeadlineExceeded);
    await ask();
    expect(asked).toHaveLength(1);
  });

  it('is written together with others that are made in the same turn', async () => {
    await serve(reply);
    const { transport } = (caller.link.connection() as unknown as { protocol: Protocol }).protocol;
    const write = vi.spyOn(transport, 'send');
    await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(asked).toHaveLength(50);
    expect(write.mock.calls.length).toBeLessThan(10);
  });

  it('carries its trace as the standard wants it', async () => {
    await serve(reply);
    await ask();
    expect(asked[0]?.headers?.get('traceparent')).toBe(`00-${trace.traceId}-${trace.spanId}-01`);
  });

  it('is told when it is not allowed', async () => {
    subject = 'svc.forbidden.v1.get';
    expect((await failureOf(ask())).code).toBe(Code.PERMISSION_DENIED);
  });

  it('refuses what the server would end the connection for', async () => {
    const huge = Buffer.alloc(2 * 1024 * 1024);
    const call = caller.calls.one({ subject, timeoutMs: 5_000, idempotent: false }, huge, { trace });
    expect((await failureOf(call)).code).toBe(Code.INVALID_ARGUMENT);
  });
});

describe('a call that may be repeated', () => {
  it('is, beside an attempt that is silent, and takes what comes first', async () => {
    await serve((msg, nth) => (nth === 2 ? reply(msg) : undefined));
    await ask({ idempotent: true, timeoutMs: 900 });
    expect(asked).toHaveLength(2);
  });

  it('still takes the reply of an attempt that was slow', async () => {
    await serve((_, nth) => {
      if (nth === 2) reply(asked[0] as Msg);
    });
    expect(await ask({ idempotent: true, timeoutMs: 900 })).toHaveLength(BYTES.length);
  });

  it('is asked three times at most, and then has the last reply', async () => {
    await serve(refuse(503));
    expect(await ask({ idempotent: true })).toHaveLength(BYTES.length);
    expect(asked).toHaveLength(3);
  });

  it.each([400, 404, 409, 429, 500])('is not repeated after a %i', async (status) => {
    await serve(refuse(status));
    await ask({ idempotent: true });
    expect(asked).toHaveLength(1);
  });

  it('outlives the loss of its connection', async () => {
    await serve(async (msg, nth) => {
      if (nth > 1) return reply(msg);
      await nats.stop();
      await nats.start();
    });
    await ask({ idempotent: true, timeoutMs: 30_000 });
    expect(asked.length).toBeGreaterThan(1);
    await untilAllAreBack();
  });
});

describe('any other call', () => {
  it('is asked once, whatever happens', async () => {
    await serve((msg, nth) => (nth === 1 ? refuse(503)(msg) : undefined));
    await ask();
    await failureOf(ask({ timeoutMs: 300 }));
    expect(asked).toHaveLength(2);
  });

  it('learns at once that its connection is lost', async () => {
    let stopped: Promise<void> | undefined;
    await serve(() => {
      stopped = nats.stop();
    });
    const startedAt = performance.now();
    expect(await failureOf(ask({ timeoutMs: 60_000 }))).toBeInstanceOf(NotConnected);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    await stopped;
    await nats.start();
    await untilAllAreBack();
  });
});

describe('the circuit of a subject', () => {
  const five = async (call: () => Promise<unknown>) => {
    for (let i = 0; i < 5; i++) await failureOf(call());
  };

  it('opens after five times nobody, and closes within seconds when there is somebody again', async () => {
    await five(() => ask());
    await serve(reply);
    expect(await failureOf(ask())).toBeInstanceOf(CircuitOpen);
    expect(asked).toHaveLength(0);
    expect(caller.lines).toContainEqual(expect.objectContaining({ subject, circuit: 'open' }));
    await until('it closes', async () => (await failureOf(ask())) === undefined && asked.length > 2, 10_000);
    expect(caller.lines).toContainEqual(expect.objectContaining({ subject, circuit: 'closed' }));
  });

  it.each([500, 503, 504])('opens for a minute after five replies of %i', async (status) => {
    await serve(refuse(status));
    await five(() => ask());
    const failure = await failureOf(ask());
    expect(failure).toBeInstanceOf(CircuitOpen);
    expect([failure.code, Number(failure.details.retryAfterMs) > 50_000]).toEqual([Code.UNAVAILABLE, true]);
    expect(asked).toHaveLength(5);
  });

  it('opens after five times no reply', async () => {
    await serve(silence);
    await five(() => ask({ timeoutMs: 20 }));
    expect(await failureOf(ask())).toBeInstanceOf(CircuitOpen);
  });

  it('stays closed for callers who had no time, and for answers that are refusals', async () => {
    await serve(silence);
    await five(() => ask({ timeoutMs: 5_000, remainingMs: 5 }));
    await five(() => ask({ timeoutMs: 5_000, remainingMs: 5 }));
    subject = `${subject}_other`;
    await serve(refuse(400));
    await five(() => ask());
    expect(await ask()).toHaveLength(BYTES.length);
  });

  it('stays closed for failures that are the fault of somebody behind the service', async () => {
    await serve(refuse(503, 'acme'));
    await five(() => ask());
    expect(await ask()).toHaveLength(BYTES.length);
    expect(asked).toHaveLength(6);
  });

  it('stays closed for attempts whose replies were lost, where others have brought them', async () => {
    const callers = 6;
    await serve((msg, nth) => (nth <= callers ? silence() : reply(msg)));
    const asking = { idempotent: true, timeoutMs: 3_000 };
    await Promise.all(Array.from({ length: callers }, () => ask(asking)));
    const first = asked.slice(0, callers);
    expect(first).toHaveLength(callers);
    // The time of all that were lost is over together, later.
    await sleep(asking.timeoutMs);
    for (let i = 0; i < 3; i++) await ask();
  });

  it('stays closed while it is we who are not connected', async () => {
    await nats.stop();
    await until('it is noticed', () => !caller.link.isConnected());
    await five(() => ask());
    await nats.start();
    await untilAllAreBack();
    expect(await failureOf(ask())).toBeInstanceOf(NoResponders);
  });

  it('is another subject’s not', async () => {
    await five(() => ask());
    subject = `${subject}_other`;
    await serve(reply);
    expect(await ask()).toHaveLength(1);
  });
});
