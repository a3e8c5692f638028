import { describe, expect, it } from 'vitest';
import { createLaunchThrottle } from '../../../../src/local/ecs/scheduler/launch-throttle.ts';

describe('the launch throttle', () => {
  it('waits a second, then twice as long each time, half a minute at most', () => {
    const throttle = createLaunchThrottle();
    const waits = [];
    for (let now = 0, i = 0; i < 7; i += 1) {
      throttle.failed('d', now);
      throttle.failed('d', now); // its twin, started with it
      waits.push(throttle.waitFor('d', now));
      now += throttle.waitFor('d', now);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    throttle.ranWell('d');
    expect(throttle.waitFor('d', 0)).toBe(0);
  });
});
