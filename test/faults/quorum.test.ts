import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { post } from '../support/asking.ts';
import { fleetUnderTest } from '../support/fleet-under-test.ts';
import { failures, more, startLoad } from '../support/load.ts';
import { holdersOf } from '../support/nats-state.ts';
import { until } from '../support/until.ts';
import { healed, verify } from '../support/verify.ts';
import { isKept, type Volume, volumeAt } from '../support/volume.ts';

/** settings has its state in JetStream, language-system has none. */
const test = fleetUnderTest(['language-system']);
const fleet = test.platform;
let gatewayUrl = '';
let volume: Volume;
beforeAll(async () => {
  await test.start();
  gatewayUrl = (await fleet.status()).gatewayUrl;
  volume = volumeAt(gatewayUrl);
});
afterEach(() => fleet.gsys('local', 'fault', 'heal', '--all'));
afterAll(() => test.remove());

const WORKERS = 4;

it('JetStream without quorum: writes are UNAVAILABLE, what needs none answers, nothing is lost, and it heals', async () => {
  const writes = startLoad((n, worker, signal) => volume.write(worker, n, signal), {
    workers: WORKERS,
    // Milliseconds; five more than a write has.
    patience: 7_000,
  });
  const others = startLoad((_n, _worker, signal) => localize(signal), { workers: 2, patience: 15_000 });
  await more(writes, others);
  const nodes = await majorityWith('KV_settings');
  // For so long as nobody has started them again.
  await Promise.all(nodes.map((node) => test.inject('kill', `nats/${node}`)));
  expect((await verify(fleet, '--only', 'nats.*')).code).not.toBe(0);
  await until('a write to be refused', () => failures(writes.outcomes)['503 UNAVAILABLE'] !== undefined);
  await more(others);
  await more(writes);
  const written = await writes.stop();
  expect(Object.keys(failures(written))).not.toContain('no answer');
  expect(Object.keys(failures(await others.stop()))).not.toContain('no answer');
  for (let player = 0; player < WORKERS; player++) {
    const kept = await volume.read(player, AbortSignal.timeout(10_000));
    expect(isKept(written, player, kept)).toBe(true);
  }
  await healed(fleet, '--only', 'nats.*', '--only', 'service.*');
});

/** Three of five nodes: the leader of a stream, one of its followers, and one that does not hold it. */
async function majorityWith(stream: string): Promise<string[]> {
  const holders = await holdersOf(fleet, stream);
  const { nats } = await fleet.status();
  const others = nats.map(({ name }) => name).filter((name) => !holders.includes(name));
  return [...holders.slice(0, 2), ...others.slice(0, 1)];
}

function localize(signal: AbortSignal) {
  const request = { contentId: 'menu.welcome', targetLanguage: 'de', variables: { player: 'p' } };
  return post(new URL('/lang/localize', gatewayUrl), request, signal);
}
