import { defineProject, type UserWorkspaceConfig } from 'vitest/config';

/**
 * Tests of a folder and those below it. They resolve workspace packages to their sources, so nothing has to be built first, and share a
 * process, which saves loading the sources for each file.
 * @param options of Vitest, where a folder needs others
 */
export function folderTests(name: string, options: UserWorkspaceConfig['test'] = {}): ReturnType<typeof defineProject> {
  return defineProject({
    resolve: { conditions: ['@profit-sft/source'] },
    ssr: { resolve: { conditions: ['@profit-sft/source'] } },
    test: {
      name,
      isolate: false,
      include: ['**/*.test.ts'],
      // Some tests open ONNX Runtime by themselves: `create-session.ts` says what it would send.
      env: { ORT_DISABLE_TELEMETRY: '1' },
      testTimeout: 60_000,
      ...options,
    },
  });
}

/**
 * Tests of a package, and those of its types.
 * @param isolate a process for each file, for packages whose native code keeps state
 */
export function packageTests(name: string, { isolate = false } = {}): ReturnType<typeof defineProject> {
  return folderTests(name, {
    isolate,
    include: ['src/**/*.test.ts', '*.test.ts'],
    typecheck: { enabled: true, include: ['src/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
  });
}
