import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../support/asking.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { failures, more, startLoad } from '../support/load.ts';
import { until } from '../support/until.ts';
import { healed } from '../support/verify.ts';

/** The gateway asks settings and weather-manager, and that one asks time-manager. */
const test = fleetUnderTest(['time-manager', 'weather-manager']);
const fleet = test.platform;
let gatewayUrl = '';
beforeAll(async () => {
  await test.start();
  gatewayUrl = (await fleet.status()).gatewayUrl;
});
afterAll(() => test.remove());

const WORKERS = 4;
const load = (route: string, body: object) =>
  startLoad((_n, _worker, signal) => post(new URL(route, gatewayUrl), body, signal), {
    workers: WORKERS,
    // Milliseconds; five more than such a request has.
    patience: 15_000,
  });
const settings = () => load('/settings/get', { playerId: 'p', settingKeys: ['language'] });
const weather = () => load('/weather/get_weather', { worldId: 'w', zoneId: 'z' });

describe('all tasks of a service are killed at once', () => {
  it.each([
    ['settings', 'gateway', 'svc.settings.v1.get', settings, weather],
    ['time-manager', 'weather-manager', 'svc.time.v1.get_time', weather, settings],
  ])(
    '%s: the circuits of %s open and it answers at once, the rest of the fleet answers, and all is well by itself',
    async (service, caller, subject, dependent, independent) => {
      const [hit, rest] = [dependent(), independent()];
      await more(hit, rest);
      await test.inject('kill', `task/${service}`);
      const sentBy = hit.outcomes.length + WORKERS;
      await until('somebody to be refused', () => failures(hit.outcomes)['503 UNAVAILABLE'] !== undefined);
      await more(hit, rest);
      await until('every circuit that has opened to close', async () => {
        const circuits = await circuitsOf(caller, subject);
        return circuits.length > 0 && circuits.every((changes) => changes.at(-1) === 'closed');
      });
      expect(failures(await rest.stop())).toEqual({});
      // Of those who were asked when it died nobody knows what becomes; all others hear at once that nobody is there.
      const later = (await hit.stop()).filter(({ n }) => n >= sentBy);
      expect(Object.keys(failures(later)).filter((what) => what !== '503 UNAVAILABLE')).toEqual([]);
      expect(Object.keys(failures(hit.outcomes))).not.toContain('no answer');
      await healed(fleet, '--only', 'service.*');
    },
  );
});

/** How the circuits for a subject have changed, of each task of a service that ever had one open. */
async function circuitsOf(service: string, subject: string): Promise<string[][]> {
  const { stdout } = await fleet.gsys('logs', service, '--since', '10m', '--json');
  const byTask = new Map<string, string[]>();
  for (const line of stdout.trim().split('\n')) {
    const { task, message } = JSON.parse(line) as { task: string; message: string };
    const [, of, to = ''] = /^the circuit of (\S+) is (open|closed)/.exec(message) ?? [];
    if (of === subject) byTask.set(task, [...(byTask.get(task) ?? []), to]);
  }
  return [...byTask.values()];
}
