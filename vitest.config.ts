import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/faults/**', 'node_modules/**'],
    globalSetup: 'test/support/kept/keep.ts',
    // oclif's captured output is empty otherwise.
    disableConsoleIntercept: true,
    // A third of all work was to load the same modules for each file again.
    isolate: false,
    setupFiles: 'test/support/after-each-file.ts',
    // Real servers on two cores: a test waits for conditions, and these bounds only end what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Much of a test is waiting: three keep two cores busy.
    maxWorkers: 3,
    // Whoever waits for a merge gets a second look at what a busy machine has spoiled; at a desk it fails at once.
    retry: process.env.CI ? 1 : 0,
  },
});
