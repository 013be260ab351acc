import type { InstalledPackage, NodeProgram } from './install-package.js';
import type { PublishedPackage } from './published-packages.js';

/** A project with packages in it, after the example of the package that it was made for has run there. */
export interface ScenarioProject {
  readonly folder: string;
  readonly entry: PublishedPackage;
  readonly installed: InstalledPackage;
  readonly nodes: readonly NodeProgram[];
}

/** A way in which people use packages, tried in the project of one of them. */
export interface Scenario {
  readonly title: string;
  /** What is tried, as `docs/quality.md` says it. */
  readonly tried: string;
  /** @throws Error that shows what went wrong */
  run(project: ScenarioProject): Promise<void>;
}
