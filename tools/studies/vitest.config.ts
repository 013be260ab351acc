import { defineProject } from 'vitest/config';

export default defineProject({
  resolve: { conditions: ['@profit-sft/source'] },
  ssr: { resolve: { conditions: ['@profit-sft/source'] } },
  test: { name: 'studies', include: ['**/*.test.ts'], testTimeout: 60_000 },
});
