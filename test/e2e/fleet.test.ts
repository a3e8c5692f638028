import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeReport } from '../../src/lib/probe/report.ts';
import { answeredOf } from '../../src/lib/verify/answered.ts';
import type { Finding } from '../../src/lib/verify/document.ts';
import { actionOf, allowedTo, type Role } from '../support/iam.ts';
import { type Platform, platform, watch } from '../support/platform.ts';
import { connectAs } from '../support/service-identity.ts';
import { sessionOf } from '../support/session.ts';
import { until } from '../support/until.ts';
import { healed, verify as verifyFleet } from '../support/verify.ts';

/** The way of a user from nothing to a verified fleet. */
let fleet: Platform;
beforeAll(async () => {
  fleet = platform(undefined, true);
  for (const args of [
    ['local', 'up'],
    ['streams', 'apply', '--yes'],
  ]) {
    const { code, stderr } = await fleet.gsys(...args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }
});
afterAll(() => fleet.remove());

const verify = (...args: string[]) => verifyFleet(fleet, ...args);
const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What these requests would be refused for, by the role’s policy. */
function notAllowed(role: Role, apiCalls: Record<string, number>): string[] {
  const actions = Object.keys(apiCalls).map((call) => actionOf(...(call.split(':') as [string, string])));
  return actions.filter((action) => !allowedTo(role).has(action));
}

describe('from nothing to a verified fleet', () => {
  it('nothing deployed is not healthy', async () => {
    expect(await verify()).toMatchObject({ code: 1, verdict: 'unhealthy' });
  });

  it('images are built, pushed and deployed, each event a line of JSON', async () => {
    expect(await fleet.gsys('build')).toMatchObject({ code: 0 });
    expect(await fleet.gsys('push')).toMatchObject({ code: 0 });
    const { code, stdout } = await fleet.gsys('deploy', '--yes', '--json');
    expect(code).toBe(0);
    const events = lines(stdout);
    expect(events.map(({ schema }) => schema)).toEqual(events.map(() => 'gsys/deploy/v1'));
    expect(events.at(-1)).toMatchObject({ type: 'result', outcome: 'succeeded' });
    expect(notAllowed('release-manager', events.at(-1).apiCalls)).toEqual([]);
    const outcomes = events.at(-1).services.map(({ outcome }: { outcome: string }) => outcome);
    const { services } = await fleet.json<{ services: unknown[] }>('service', 'list');
    expect(outcomes).toEqual(services.map(() => 'deployed'));
  });

  it('services are told how to scale', async () => {
    expect(await fleet.json('autoscale', 'apply', '--yes')).toMatchObject({ outcome: 'applied' });
  });

  it('the fleet is healthy then, by evidence of every layer, in the fewest calls', async () => {
    await watch(fleet);
    const { findings, apiCalls } = await healed(fleet);
    const checks = new Set(findings.map(({ check }) => check.split('.')[0]));
    expect([...checks].sort()).toEqual([
      ...['alarms', 'definition', 'ecs', 'gateway', 'nats', 'redis', 'service', 'tls'],
    ]);
    const { services } = await fleet.json<{ services: unknown[] }>('service', 'list');
    const [all, tasks] = [services.length, 2 * services.length];
    expect(answeredOf(findings as Finding[])).toEqual({
      services: { some: all, all },
      tasks: { some: tasks, all: tasks },
    });
    // ECS describes ten at a time.
    expect(apiCalls['ecs:DescribeServices']).toBe(Math.ceil(services.length / 10));
    expect(notAllowed('on-call', apiCalls)).toEqual([]);
  });

  it('an unchanged fleet is neither built, pushed nor deployed again', async () => {
    expect((await fleet.gsys('build')).stderr).toContain('0 built');
    expect((await fleet.gsys('push')).stderr).toContain('0 pushed');
    const { code, stdout } = await fleet.gsys('deploy', '--yes', '--json');
    expect({ code, last: lines(stdout).at(-1).outcome }).toEqual({ code: 0, last: 'nothing-to-do' });
  });

  it('what a player writes through the gateway is read back from whichever task answers', async () => {
    const { gatewayUrl } = await fleet.status();
    const send = (path: string, body: object, token = '') =>
      fetch(`${gatewayUrl}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      });
    const post = async (path: string, body: object) =>
      (await (await send(path, body)).json()) as { settings?: { value: unknown; isDefault?: boolean }[] };
    const [first] =
      (await post('/settings/get', { playerId: 'p1', settingKeys: ['language'] })).settings ?? [];
    expect(first?.isDefault).toBe(true);
    const change = {
      playerId: 'p1',
      merge: true,
      settings: [{ key: 'language', valueType: 'string', value: 'de' }],
    };
    const [own, other] = [await sessionOf(fleet, 'p1'), await sessionOf(fleet, 'p2')];
    const statuses = [];
    for (const token of [undefined, other, own])
      statuses.push((await send('/settings/update', change, token)).status);
    expect(statuses).toEqual([401, 403, 200]);
    for (let i = 0; i < 8; i++) {
      const [setting] =
        (await post('/settings/get', { playerId: 'p1', settingKeys: ['language'] })).settings ?? [];
      expect(setting?.value).toBe('de');
    }
  });

  it('status and logs show it', async () => {
    const { stdout } = await fleet.gsys('status');
    expect(stdout).toMatch(/settings +2\/2 +2 healthy +settings-nats:1 +completed/);
    expect((await fleet.gsys('logs', 'settings')).stdout).toContain('ready');
  });

  it('a probe of each kind climbs every layer', async () => {
    const kinds = [
      ['nats', 'nats-1'],
      ['node', 'nats-2'],
      ['redis', 'redis-1'],
      ['service', 'settings'],
      ['gateway'],
    ];
    const reached = [];
    for (const kind of kinds) {
      const { verdict, layers } = await fleet.json<ProbeReport>('probe', ...kind);
      reached.push([kind[0], verdict, layers.filter(({ status }) => status === 'pass').at(-1)?.layer]);
    }
    expect(reached).toEqual([
      ['nats', 'ok', 'auth'],
      ['node', 'ok', 'jetstream'],
      ['redis', 'ok', 'cluster'],
      ['service', 'ok', 'reply'],
      ['gateway', 'ok', 'route'],
    ]);
  });

  it('logs say that nothing is on record of a request that went well', async () => {
    const { gatewayUrl } = await fleet.status();
    const response = await fetch(`${gatewayUrl}/settings/get`, { method: 'POST', body: '{}' });
    const id = response.headers.get('x-request-id') ?? '';
    const { code, stderr } = await fleet.gsys('logs', '--around', id);
    // At LOG_LEVEL info such a request leaves no line.
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('nothing is on record'),
    });
  });

  it('logs follow a request that failed from the gateway through the service', async () => {
    const { gatewayUrl } = await fleet.status();
    const nats = await connectAs(fleet, 'settings');
    const records = await nats.jetstream().views.kv('settings', { bindOnly: true });
    await records.put('spoilt', 'no record of ours');
    await nats.close();
    const body = JSON.stringify({ playerId: 'spoilt', settingKeys: ['language'] });
    const response = await fetch(`${gatewayUrl}/settings/get`, { method: 'POST', body });
    expect(response.status).toBe(503);
    const id = response.headers.get('x-request-id') ?? '';
    await until('gateway and service are on record', async () => {
      const { stdout } = await fleet.gsys('logs', '--around', id, '--json');
      const services = lines(stdout).map(({ service }) => service);
      return services.includes('gateway') && services.includes('settings');
    });
    const { code, stdout } = await fleet.gsys('logs', '--around', id);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/through (gateway.* → settings|settings.* → gateway)/),
    });
  });

  it('a second up finds it running', async () => {
    expect((await fleet.gsys('local', 'up')).stdout).toContain('runs already');
  });

  it("a web page's request is refused", async () => {
    const { endpoint } = await fleet.status();
    const response = await fetch(endpoint, {
      method: 'POST',
      body: 'Action=GetCallerIdentity',
      headers: { origin: 'http://example.com' },
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});
