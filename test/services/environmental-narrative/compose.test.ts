import { describe, expect, it } from 'vitest';
import {
  atmosphereOf,
  compose,
  soundsOf,
  type Wanted,
} from '../../../services/environmental-narrative/compose.ts';
import { differing } from '../../../services/environmental-narrative/layers.ts';
import type { Situation } from '../../../services/environmental-narrative/situation.ts';
import {
  CROWD,
  DANGER,
  EVENTS,
  LIGHT,
  SCENES,
  WEATHER,
} from '../../../services/environmental-narrative/words.ts';

const situation = (context: Situation['context'] = {}, events: string[] = []): Situation => ({
  context,
  events,
});
const wanted = (changes: Partial<Wanted> = {}): Wanted => ({
  ...{ locationId: 'old-port', scene: 3, situation: situation(), tags: [], seed: undefined },
  ...changes,
});
const layers = (changes: Partial<Wanted>) =>
  compose(wanted(changes)).map(({ elementId }) => elementId.split('/')[1]);
const contents = (changes: Partial<Wanted>) => compose(wanted(changes)).map(({ content }) => content);

describe('a place', () => {
  it('has an element for all that is known of it, and for nothing else', () => {
    expect(layers({})).toEqual(['place', 'air']);
    const full = situation({ weather: 'fog', time_of_day: 'night', crowd: 0.1, danger: 0.8 }, [
      'fire',
      'wedding',
    ]);
    expect(layers({ situation: full, tags: ['idol'] })).toEqual([
      ...['place', 'air', 'weather', 'light', 'crowd', 'danger', 'event.fire', 'event.wedding', 'tag.idol'],
    ]);
  });

  it('is described in the same words each time, in others elsewhere and with another seed', () => {
    const full = situation({ weather: 'rain', time_of_day: 'dusk', crowd: 0.5, danger: 0.5 }, ['riot']);
    const at = (changes: Partial<Wanted>) => contents({ situation: full, ...changes }).join('\n');
    expect(at({})).toBe(at({}));
    const seeds = new Set(Array.from({ length: 20 }, (_, seed) => at({ seed: BigInt(seed) })));
    expect(seeds.size).toBeGreaterThan(5);
    const places = new Set(Array.from({ length: 20 }, (_, i) => at({ locationId: `place-${i}` })));
    expect(places.size).toBeGreaterThan(5);
  });

  it('keeps the words of what has not changed', () => {
    const before = contents({ situation: situation({ weather: 'fog', crowd: 0.1 }) });
    const after = contents({ situation: situation({ weather: 'fog', crowd: 0.9 }) });
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]).not.toBe(before[3]);
  });

  it('speaks of events and tags that nobody foresaw', () => {
    const said = contents({ situation: situation({}, ['witch_trial']), tags: ['broken_doll'] }).join('\n');
    expect(said).toContain('witch trial');
    expect(said).toContain('broken doll');
  });

  it('feels what happens the more, the more dangerous it is', () => {
    const intensity = (danger: number) =>
      compose(wanted({ situation: situation({ danger }, ['fire']) })).at(-1)?.intensity;
    expect([intensity(0), intensity(0.5), intensity(1)]).toEqual([0.6, 0.8, 1]);
  });

  it('has an intensity of 0 to 1 and words in every layer that there can be', () => {
    for (const scene of [1, 2, 3, 4, 5, 6] as const)
      for (const weather of Object.keys(WEATHER) as (keyof typeof WEATHER)[])
        for (const time_of_day of Object.keys(LIGHT) as (keyof typeof LIGHT)[])
          for (const share of [0, 0.2, 0.7, 1]) {
            const now = situation({ weather, time_of_day, crowd: share, danger: share }, Object.keys(EVENTS));
            for (const { content, intensity, triggers } of compose(wanted({ scene, situation: now }))) {
              expect(content).toMatch(/^[A-Z].*\.$/);
              expect(intensity).toBeGreaterThanOrEqual(0);
              expect(intensity).toBeLessThanOrEqual(1);
              expect(triggers).toHaveLength(1);
            }
          }
    expect(Object.keys(SCENES)).toHaveLength(6);
  });
});

it.each([
  [{}, 'calm'],
  [{ danger: 0.3, weather: 'fog' }, 'uneasy, in the fog'],
  [{ danger: 0.7, time_of_day: 'night', crowd: 0, weather: 'rain' }, 'menacing, dark, deserted, in the rain'],
] as const)('the atmosphere of %j is %s', (context, atmosphere) => {
  expect(atmosphereOf(situation(context))).toBe(atmosphere);
});

it('recommends the sound of danger before those of what happens, and those before the place’s', () => {
  expect(soundsOf(2, situation({ danger: 0.9, weather: 'storm', crowd: 0.9 }, ['fire']))).toEqual([
    ...['tension_high', 'event_fire', 'storm_gusts', 'ambience_market', 'crowd_busy'],
  ]);
});

it('names the levels of crowd and danger from 0 on, in their order', () => {
  for (const levels of [CROWD, DANGER]) {
    const from = levels.map((level) => level.from);
    expect(from).toEqual([...from].sort());
    expect(from[0]).toBe(0);
  }
});

it.each([
  ['nothing', situation({ weather: 'rain' }), situation({ weather: 'rain' }), []],
  ['what comes', situation(), situation({ weather: 'rain' }, ['fire']), ['weather', 'event.fire']],
  ['what goes', situation({ crowd: 0.5 }, ['fire']), situation({}, []), ['crowd', 'event.fire']],
  ['what turns', situation({ weather: 'rain' }), situation({ weather: 'snow' }), ['weather']],
  [
    'what happens, with the danger',
    situation({}, ['fire']),
    situation({ danger: 1 }, ['fire']),
    ['event.fire', 'danger'],
  ],
  ['no danger, which is none', situation(), situation({ danger: 0 }), []],
])('a change affects %s', (_, before, after, affected) => {
  expect(differing(before, after)).toEqual(affected);
});
