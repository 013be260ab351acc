import { defineProject } from 'vitest/config';

/**
 * Tests resolve workspace packages to their sources, so nothing has to be built first. Files share a process, which saves
 * loading the sources for each.
 * @param isolate a process for each file, for packages whose native code keeps state
 */
export function packageTests(name: string, { isolate = false } = {}): ReturnType<typeof defineProject> {
  return defineProject({
    resolve: { conditions: ['@profit-sft/source'] },
    ssr: { resolve: { conditions: ['@profit-sft/source'] } },
    test: {
      name,
      isolate,
      include: ['src/**/*.test.ts', '*.test.ts'],
      typecheck: { enabled: true, include: ['src/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
      // Some tests open ONNX Runtime by themselves: `create-session.ts` says what it would send.
      env: { ORT_DISABLE_TELEMETRY: '1' },
      testTimeout: 60_000,
    },
  });
}
