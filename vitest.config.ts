import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*/vitest.config.ts', 'examples/*/vitest.config.ts', 'tools/*/vitest.config.ts'],
    passWithNoTests: true,
    // Vitest leaves a core free, which on two cores is half of them.
    maxWorkers: availableParallelism(),
  },
});
