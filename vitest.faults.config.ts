import { defineConfig } from 'vitest/config';

/** Faults that take minutes: `npm run test:faults`. */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    globalSetup: 'test/support/kept/keep.ts',
    setupFiles: 'test/support/after-each-file.ts',
    disableConsoleIntercept: true,
    testTimeout: 420_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
