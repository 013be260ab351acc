import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*/vitest.config.ts', 'examples/*/vitest.config.ts', 'tools/vitest.config.ts'],
    passWithNoTests: true,
    // Machines of CI stand still now and then; the log marks what passed only then with (retry x1).
    retry: process.env.CI === undefined ? 0 : 1,
    // Vitest leaves a core free, which on two cores is half of them.
    maxWorkers: availableParallelism(),
  },
});
