import { defineProject } from 'vitest/config';

/** Tests resolve workspace packages to their sources, so nothing has to be built first. */
export function packageTests(name: string): ReturnType<typeof defineProject> {
  return defineProject({
    resolve: { conditions: ['@profit-sft/source'] },
    ssr: { resolve: { conditions: ['@profit-sft/source'] } },
    test: {
      name,
      include: ['src/**/*.test.ts', '*.test.ts'],
      typecheck: { enabled: true, include: ['src/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
      testTimeout: 60_000,
    },
  });
}
