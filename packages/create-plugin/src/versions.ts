import { createRequire } from 'node:module';

/** Versions that a new package is made for: our packages' present one, and the tools they are tested with. */
export interface Versions {
  /** The range of Node that our packages run on. */
  readonly node: string;
  readonly profit: string;
  readonly tsup: string;
  readonly typescript: string;
  readonly vitest: string;
}

export function presentVersions(): Versions {
  // By the package's own name, because sources and build lie at different depths.
  const manifest = createRequire(import.meta.url)('@profit-sft/create-plugin/package.json') as {
    version: string;
    engines: { node: string };
  };
  // A test holds the tools to those of the repository.
  return {
    node: manifest.engines.node,
    profit: manifest.version,
    tsup: '8.5.1',
    typescript: '5.9.3',
    vitest: '4.1.12',
  };
}
