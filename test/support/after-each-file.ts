import { afterAll, vi } from 'vitest';
import { releaseSlots } from './slot.ts';

/** A process runs many files: nothing of one reaches the next. */
afterAll(() => {
  vi.unstubAllEnvs();
  releaseSlots();
});
