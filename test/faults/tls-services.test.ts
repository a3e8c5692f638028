import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsAccess } from '../../src/lib/aws/clients.ts';
import { ecs } from '../../src/lib/aws/ecs.ts';
import { ecsChanges } from '../../src/lib/aws/ecs-changes.ts';
import { GsysError } from '../../src/lib/errors.ts';
import { bringToServices } from '../../src/lib/tls/bring-services.ts';
import { makeCurrent } from '../../src/lib/tls/services/make-current.ts';
import type { TlsStep } from '../../src/lib/tls/steps.ts';
import { makeStranger } from '../../src/lib/verify/stranger.ts';
import { post } from '../support/asking.ts';
import { failures, type Load, more, startLoad } from '../support/load.ts';
import { type ReleasedFleet, releasedFleet } from '../support/release.ts';
import { leafSha256, type TlsAt, tlsAt } from '../support/tls.ts';
import { until } from '../support/until.ts';

let fleet: ReleasedFleet;
let tls: TlsAt;
let load: Load;
/** As long as it is there, new tasks of time-manager end at once. */
let crash = '';

beforeAll(async () => {
  fleet = await releasedFleet('{ canary: [settings], waveSize: 1, bakeSeconds: 1 }');
  crash = path.join(fleet.root, 'crash');
  fleet.change(
    'time-manager',
    `import { existsSync } from 'node:fs';\nif (existsSync('${crash}')) process.exit(1);`,
  );
  await fleet.make();
  await fleet.ship('deploy');
  tls = await tlsAt(fleet.platform, fleet.root);
  const { gatewayUrl } = await fleet.platform.status();
  const body = { playerId: 'p', settingKeys: ['language'] };
  load = startLoad((_n, _worker, signal) => post(new URL('/settings/get', gatewayUrl), body, signal), {
    ...{ workers: 4, patience: 15_000 },
  });
  await more(load);
});
afterAll(async () => {
  await load?.stop();
  await fleet?.remove();
});

const of = (steps: TlsStep[], type: TlsStep['type']) =>
  steps.flatMap((step) => (step.type === type && 'holder' in step ? [step.holder] : []));
const restarted = (steps: TlsStep[]) =>
  steps.flatMap((step) =>
    step.type === 'release' && step.event.type === 'updated' ? [step.event.service] : [],
  );
const current = async (name: string) => await tls.aws.staged(tls.service(name).tlsSecret, 'AWSCURRENT');
const pending = async (name: string) => await tls.aws.staged(tls.service(name).tlsSecret, 'AWSPENDING');

describe('new bundles', () => {
  it('come to two services under load: each is proved, made current and connected with; no request is lost', async () => {
    const wanted = await Promise.all([tls.renewed('settings'), tls.renewed('time-manager')]);
    const { steps, error } = await tls.under((context) => bringToServices(wanted, context));
    expect(error).toBeUndefined();
    expect(restarted(steps)).toEqual(['settings', 'time-manager']);
    expect(of(steps, 'current')).toEqual(['settings', 'time-manager']);
    for (const { service, bundle } of wanted) {
      const leaves = await tls.leaves(service.name);
      expect(leaves).toEqual(Array(service.desired).fill(leafSha256(bundle.cert)));
      expect(await pending(service.name)).toBeUndefined();
    }
    const again = await tls.under((context) => bringToServices(wanted, context));
    expect({ error: again.error, types: again.steps.map(({ type }) => type) }).toEqual({
      ...{ error: undefined, types: ['proved', 'proved'] },
    });
    await more(load);
    expect(failures(load.outcomes)).toEqual({});
  });

  it('that not every node takes are refused before any is current, and leave nothing', async () => {
    const before = await Promise.all(['settings', 'time-manager'].map(current));
    const [good, service] = [await tls.renewed('settings'), tls.service('time-manager')];
    const foreign = { service, bundle: { ...(await makeStranger(service.user)), ca: tls.ca } };
    const { steps, error } = await tls.under((context) => bringToServices([good, foreign], context));
    expect(error).toMatchObject({
      code: 'NOT_PROVEN',
      message: expect.stringMatching(/time-manager.*as it was/),
    });
    expect((error as { details: string[] }).details).toHaveLength(5);
    expect(of(steps, 'went-back').sort()).toEqual(['settings', 'time-manager']);
    expect(restarted(steps)).toEqual([]);
    expect(await Promise.all(['settings', 'time-manager'].map(current))).toEqual(before);
    expect(await Promise.all(['settings', 'time-manager'].map(pending))).toEqual([undefined, undefined]);
    expect(JSON.stringify([steps, error])).not.toContain('PRIVATE');
  });

  it('of somebody else are no bundle of this service', async () => {
    const { bundle } = await tls.renewed('settings');
    const service = tls.service('time-manager');
    const { error } = await tls.under((context) => bringToServices([{ service, bundle }], context));
    expect(error).toMatchObject({ code: 'BAD_CERTIFICATE' });
    expect(await pending('time-manager')).toBeUndefined();
  });

  it('that are current already, when it was killed after that, come to the tasks by a second call', async () => {
    const wanted = [await tls.renewed('time-manager'), await tls.renewed('settings')];
    await tls.under((context) => makeCurrent(wanted.slice(0, 1), context));
    // And before that: the other one was put, and not proved yet.
    const [, { service, bundle }] = wanted as [unknown, (typeof wanted)[number]];
    await tls.aws.putPending(service.tlsSecret, JSON.stringify(bundle), 'd'.repeat(64));
    const { steps, error } = await tls.under((context) => bringToServices(wanted, context));
    expect(error).toBeUndefined();
    expect(restarted(steps)).toEqual(['settings', 'time-manager']);
    for (const one of wanted)
      expect(new Set(await tls.leaves(one.service.name))).toEqual(new Set([leafSha256(one.bundle.cert)]));
    expect(await Promise.all(['settings', 'time-manager'].map(pending))).toEqual([undefined, undefined]);
  });

  it('with the leaf that it has, and others to trust, come to the tasks too, once', async () => {
    const { id: _, value = '' } = (await current('time-manager')) ?? {};
    const bundle = JSON.parse(value);
    const wanted = [{ service: tls.service('time-manager'), bundle: { ...bundle, ca: `${bundle.ca}\n` } }];
    const first = await tls.under((context) => bringToServices(wanted, context));
    const second = await tls.under((context) => bringToServices(wanted, context));
    expect([first.error, second.error]).toEqual([undefined, undefined]);
    expect([restarted(first.steps), restarted(second.steps)]).toEqual([['time-manager'], []]);
  });

  it('are taken back from those whose wave fails, before its tasks are', async () => {
    const before = await Promise.all(['settings', 'time-manager'].map(current));
    const wanted = await Promise.all([tls.renewed('settings'), tls.renewed('time-manager')]);
    writeFileSync(crash, '');
    const { steps, error } = await tls.under(
      (context) => bringToServices(wanted, context),
      (step) => {
        if (step.type === 'release' && step.event.type === 'gate-failed') rmSync(crash);
      },
    );
    expect(error).toMatchObject({
      ...{
        code: 'RELEASE_FAILED',
        message: expect.stringMatching(/secrets of time-manager say what they said/),
      },
    });
    expect(of(steps, 'went-back')).toEqual(['time-manager']);
    const types = steps.map((step) => (step.type === 'release' ? step.event.type : step.type));
    expect(types.indexOf('went-back')).toBeLessThan(types.indexOf('rolled-back'));
    const [settings, time] = wanted;
    expect((await current('settings'))?.value).toBe(JSON.stringify(settings?.bundle));
    expect(await current('time-manager')).toEqual(before[1]);
    expect(new Set(await tls.leaves('settings'))).toEqual(new Set([leafSha256(settings?.bundle.cert ?? '')]));
    expect(await tls.leaves('time-manager')).not.toContain(leafSha256(time?.bundle.cert ?? ''));
    const again = await tls.under((context) => bringToServices(wanted, context));
    expect({ error: again.error, restarted: restarted(again.steps) }).toEqual({
      ...{ error: undefined, restarted: ['time-manager'] },
    });
  });

  it('are left to the next call where somebody interrupts: before they are current as they were, later as far as it came', async () => {
    const wanted = [await tls.renewed('time-manager')];
    const before = await current('time-manager');
    const early = new AbortController();
    const stopped = await tls.under(
      (context) => bringToServices(wanted, context),
      (step) => void (step.type === 'pending' && early.abort(new GsysError('INTERRUPTED', 'interrupted'))),
      early.signal,
    );
    expect(stopped.error).toMatchObject({ code: 'INTERRUPTED', message: expect.stringMatching(/as it was/) });
    expect([await current('time-manager'), await pending('time-manager')]).toEqual([before, undefined]);
    const late = new AbortController();
    const left = await tls.under(
      (context) => bringToServices(wanted, context),
      (step) => {
        if (step.type === 'release' && step.event.type === 'updated')
          late.abort(new GsysError('INTERRUPTED', 'interrupted'));
      },
      late.signal,
    );
    expect(left.error).toMatchObject({ code: 'INTERRUPTED', next: 'gsys tls test' });
    expect((await current('time-manager'))?.value).toBe(JSON.stringify(wanted[0]?.bundle));
    const { error } = await tls.under((context) => bringToServices(wanted, context));
    expect(error).toBeUndefined();
    const leaves = new Set(await tls.leaves('time-manager'));
    expect(leaves).toEqual(new Set([leafSha256(wanted[0]?.bundle.cert ?? '')]));
  });

  it('have cost no request all the while', async () => {
    await more(load);
    expect(failures(await load.stop())).toEqual({});
    expect(load.outcomes.length).toBeGreaterThan(1000);
  });
});

describe('while a node is frozen', () => {
  it('nothing becomes current, and nothing is restarted of which is not known who needs it', async () => {
    const [put, moved] = await Promise.all([tls.renewed('settings'), tls.renewed('time-manager')]);
    await tls.under((context) => makeCurrent([moved], context));
    const before = await current('settings');
    const pid = (await fleet.platform.status()).nats.find(({ name }) => name === 'nats-3')?.pid as number;
    process.kill(pid, 'SIGSTOP');
    try {
      const first = await tls.under((context) => bringToServices([put], context));
      expect(first.error).toMatchObject({
        code: 'NOT_PROVEN',
        details: [expect.stringMatching(/^settings with nats-3: /)],
      });
      expect([await current('settings'), await pending('settings')]).toEqual([before, undefined]);
      const second = await tls.under((context) => bringToServices([moved], context));
      expect(second.error).toMatchObject({
        ...{ code: 'NOT_PROVEN', details: ['time-manager: nats-3 does not tell who is connected'] },
      });
      expect(restarted([...first.steps, ...second.steps])).toEqual([]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const { steps, error } = await tls.under((context) => bringToServices([put, moved], context));
    expect({ error, restarted: restarted(steps) }).toEqual({
      ...{ error: undefined, restarted: ['settings', 'time-manager'] },
    });
  });
});

describe('a service that nobody runs', () => {
  it('gets its bundle into the secret alone, for the next task', async () => {
    const access = awsAccess(tls.fleet.environment);
    const wanted = await tls.renewed('time-manager');
    const { ecsService } = wanted.service;
    await ecsChanges(access).updateService({ service: ecsService, desiredCount: 0 });
    await until('its tasks are gone', async () => (await ecs(access).tasks({ ecsService })).length === 0);
    const { steps, error } = await tls.under((context) => bringToServices([wanted], context));
    expect(error).toBeUndefined();
    expect(restarted(steps)).toEqual([]);
    expect(steps.at(-1)).toMatchObject({
      type: 'current',
      detail: 'none of its tasks runs: none to restart',
    });
    expect((await current('time-manager'))?.value).toBe(JSON.stringify(wanted.bundle));
  });

  it('gets a secret where there is none, proved before it is made', async () => {
    const wanted = await tls.renewed('time-manager');
    const service = { ...wanted.service, tlsSecret: `${wanted.service.tlsSecret}-new` };
    const { steps, error } = await tls.under((context) => bringToServices([{ ...wanted, service }], context));
    expect({ error, types: steps.map(({ type }) => type) }).toEqual({
      ...{ error: undefined, types: ['proved', 'current', 'current'] },
    });
    expect(await tls.aws.value(service.tlsSecret)).toBe(JSON.stringify(wanted.bundle));
  });
});
