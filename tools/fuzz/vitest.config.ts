import { defineProject } from 'vitest/config';

export default defineProject({
  resolve: { conditions: ['@profit-sft/source'] },
  ssr: { resolve: { conditions: ['@profit-sft/source'] } },
  test: { name: 'fuzz', include: ['*.test.ts'], testTimeout: 120_000 },
});
