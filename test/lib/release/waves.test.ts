import { describe, expect, it } from 'vitest';
import type { Service } from '../../../src/lib/fleet/fleet.ts';
import { loadFleet } from '../../../src/lib/fleet/load.ts';
import type { Action } from '../../../src/lib/release/events.ts';
import { planWaves } from '../../../src/lib/release/waves.ts';

const FLEET = await loadFleet({ from: import.meta.dirname, environment: 'local', slot: '0' });
const named = (name: string) => FLEET.services.find((service) => service.name === name) as Service;

/** @param given `settings: update`, in whatever order */
function waves(given: Record<string, Action>, canary: string[] = ['settings'], waveSize = 2) {
  const items = Object.entries(given).map(([name, action]) => ({ service: named(name), action }));
  return planWaves(items, { canary, waveSize }, FLEET).map(({ services, canary, bake }) => {
    const what = canary ? ' (canary)' : '';
    return `${services.join(' ')}${what}${bake ? '' : ' (no bake)'}`;
  });
}

describe('the waves of a release', () => {
  it('are none when nothing changes', () => {
    expect(waves({ settings: 'unchanged', auth: 'unchanged' })).toEqual([]);
  });

  it('begin with the canary of the list, then go on in the order of the definition', () => {
    expect(waves({ settings: 'update', payment: 'update', auth: 'update', 'event-bus': 'update' })).toEqual([
      'settings (canary)',
      'auth event-bus',
      'payment',
    ]);
  });

  it('take the first of the list that changes', () => {
    expect(
      waves({ settings: 'unchanged', payment: 'update', auth: 'update' }, ['settings', 'payment']),
    ).toEqual(['payment (canary)', 'auth']);
  });

  it('take the one with the fewest callers where none of the list changes', () => {
    // Both are called by the gateway; this one by ai-router, orchestration and router besides, the other by one.
    const called = { 'capability-registry': 'update', 'time-manager': 'update' } as const;
    expect(waves(called, [])).toEqual(['time-manager (canary)', 'capability-registry']);
  });

  it('never try a change on the gateway first: no service calls it, but everybody does', () => {
    expect(waves({ gateway: 'update', settings: 'update' }, [])).toEqual(['settings (canary)', 'gateway']);
  });

  it('bring up all that is new at once and unwatched, before what may call it', () => {
    expect(waves({ auth: 'create', payment: 'create', 'event-bus': 'create', settings: 'update' })).toEqual([
      'auth event-bus payment (no bake)',
      'settings (canary)',
    ]);
  });

  it('have no canary where nothing is changed, only proved', () => {
    expect(waves({ settings: 'prove', auth: 'prove', payment: 'prove' })).toEqual([
      'auth payment',
      'settings',
    ]);
  });

  it('do not take a proof for a canary', () => {
    expect(waves({ settings: 'prove', payment: 'update', auth: 'update' }, ['settings', 'payment'])).toEqual([
      'payment (canary)',
      'auth settings',
    ]);
  });
});
