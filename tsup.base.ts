import { defineConfig, type Options } from 'tsup';

/** The one build recipe of every package, so that a change of bundler is a change of this file alone. */
export function packageBuild(overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm'],
    target: 'node20',
    dts: { compilerOptions: { composite: false, incremental: false } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    ...overrides,
  });
}
