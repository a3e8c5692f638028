import type { Clock } from './clock.ts';
import { askAgainIn, FIRST_HEALTH, type HealthRule, type HealthState, judgeHealth } from './health-state.ts';

export interface HealthWatch {
  rule: HealthRule;
  clock: Clock;
  ask(): Promise<boolean>;
  onChange(status: HealthState['status']): void;
  onError(error: unknown): void;
}

/** Asks a container for its health until it is told to stop. @returns what stops it */
export function watchHealth({ rule, clock, ask, onChange, onError }: HealthWatch): () => void {
  const startedAt = clock.elapsed();
  let state = FIRST_HEALTH;
  let stopped = false;
  let cancel = () => {};

  const askNow = async () => {
    const passed = await ask();
    if (stopped) return;
    const before = state.status;
    state = judgeHealth(state, passed, clock.elapsed() - startedAt, rule);
    if (state.status !== before) onChange(state.status);
    askLater();
  };
  const askLater = () => {
    if (!stopped) cancel = clock.after(askAgainIn(state, rule), () => void askNow().catch(onError));
  };
  askLater();
  return () => {
    stopped = true;
    cancel();
  };
}
