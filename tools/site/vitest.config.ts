import { defineProject } from 'vitest/config';

export default defineProject({
  resolve: { conditions: ['@profit-sft/source'] },
  ssr: { resolve: { conditions: ['@profit-sft/source'] } },
  test: { name: 'site', include: ['*.test.ts'], testTimeout: 60_000 },
});
