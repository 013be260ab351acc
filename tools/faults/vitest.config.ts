import { defineProject } from 'vitest/config';

export default defineProject({
  resolve: { conditions: ['@profit-sft/source'] },
  ssr: { resolve: { conditions: ['@profit-sft/source'] } },
  test: { name: 'faults', include: ['*.test.ts'], testTimeout: 180_000, hookTimeout: 60_000 },
});
