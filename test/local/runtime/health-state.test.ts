import { describe, expect, it } from 'vitest';
import { askAgainIn, FIRST_HEALTH, judgeHealth } from '../../../src/local/runtime/health-state.ts';

describe('the health of a container', () => {
  const rule = { interval: 10, timeout: 5, retries: 3, startPeriod: 30 };
  const failuresAt = (...seconds: number[]) =>
    seconds.reduce((state, at) => judgeHealth(state, false, at * 1000, rule), FIRST_HEALTH).status;

  it('is unknown and asked every second until the first success', () => {
    expect(askAgainIn(FIRST_HEALTH, rule)).toBe(1000);
    const healthy = judgeHealth(FIRST_HEALTH, true, 1000, rule);
    expect(healthy.status).toBe('HEALTHY');
    expect(askAgainIn(healthy, rule)).toBe(10_000);
  });

  it('is not unhealthy before start period and retries times interval have passed', () => {
    const everySecond = (until: number) => Array.from({ length: until }, (_, i) => i + 1);
    expect(failuresAt(...everySecond(59))).toBe('UNKNOWN');
    expect(failuresAt(...everySecond(60))).toBe('UNHEALTHY');
  });

  it('is unhealthy after so many failures in a row once it was healthy, start period or not', () => {
    let state = judgeHealth(FIRST_HEALTH, true, 1000, rule);
    for (const at of [11_000, 21_000]) state = judgeHealth(state, false, at, rule);
    expect(state.status).toBe('HEALTHY');
    expect(judgeHealth(state, false, 31_000, rule).status).toBe('UNHEALTHY');
    expect(judgeHealth(state, true, 31_000, rule).failures).toBe(0);
  });
});
