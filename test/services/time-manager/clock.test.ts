import { describe, expect, it } from 'vitest';
import {
  type Clock,
  GRADUAL_MS,
  gameAt,
  rateAt,
  realAt,
  SCALE,
  setClock,
} from '../../../services/time-manager/clock.ts';

const START: Clock = { segments: [{ realMs: 1000, gameMs: 50_000, rate: SCALE }], generation: 3 };

it('shows what was set, and then runs at its rate', () => {
  const clock = setClock(START, 7_000_000, false, 2000);
  expect(gameAt(clock, 2000)).toBe(7_000_000);
  expect(gameAt(clock, 2500)).toBe(7_000_000 + 500 * SCALE);
  expect(clock.generation).toBe(4);
});

describe('a gradual change', () => {
  const present = gameAt(START, 2000);
  const clock = setClock(START, present + 3_600_000, true, 2000);

  it('begins where the clock is and ends where one is that was set at once', () => {
    expect(gameAt(clock, 2000)).toBe(present);
    const atOnce = setClock(START, present + 3_600_000, false, 2000);
    for (const later of [GRADUAL_MS, 2 * GRADUAL_MS])
      expect(gameAt(clock, 2000 + later)).toBe(gameAt(atOnce, 2000 + later));
  });

  it('runs faster for a minute, and then as ever', () => {
    expect(rateAt(clock, 2000)).toBeGreaterThan(SCALE);
    expect(rateAt(clock, 2000 + GRADUAL_MS)).toBe(SCALE);
  });

  it('knows when it will show a time, on either side of its end', () => {
    for (const realMs of [2000, 30_000, 2000 + GRADUAL_MS, 900_000])
      expect(realAt(clock, gameAt(clock, realMs))).toBeLessThanOrEqual(realMs);
    expect(gameAt(clock, realAt(clock, present + 1_000_000))).toBeGreaterThanOrEqual(present + 1_000_000);
  });

  it('may begin while another one is under way', () => {
    const again = setClock(clock, present + 9_000_000, true, 30_000);
    expect(gameAt(again, 30_000)).toBe(gameAt(clock, 30_000));
    expect(gameAt(again, 30_000 + GRADUAL_MS)).toBe(present + 9_000_000 + GRADUAL_MS * SCALE);
  });

  it('refuses to run backwards', () => {
    expect(() => setClock(START, present - 1, true, 2000)).toThrow('goes forwards only');
  });
});
