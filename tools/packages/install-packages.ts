import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackage, type InstalledPackage, type NodeProgram } from './install-package.js';
import { nodeProgram } from './node-versions.js';
import type { PublishedPackage } from './published-packages.js';
import { scenarios } from './scenarios.js';
import { openThrowawayRegistry } from './throwaway-registry.js';

export interface InstallOptions {
  readonly packages: readonly PublishedPackage[];
  readonly nodes: readonly string[];
  readonly report: (line: string) => void;
}

/** What came of a package: what was seen of it, or why it cannot be used as its README says. */
export type Outcome = { readonly entry: PublishedPackage } & (
  { readonly installed: InstalledPackage } | { readonly failure: string }
);

async function tryPackage(
  entry: PublishedPackage,
  folder: string,
  npmrc: string,
  nodes: readonly NodeProgram[],
): Promise<Outcome> {
  try {
    const installed = await installPackage(entry, folder, npmrc, nodes);
    await scenarios[entry.folderName]?.run({ folder, entry, installed, nodes });
    return { entry, installed };
  } catch (error) {
    return { entry, failure: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Publishes all packages to a throwaway registry and yields, package by package, what an installation into an empty project came to.
 * Publishing is all or nothing because packages need each other. One at a time: an installation already uses several processes.
 */
export async function* installPackages({ packages, nodes: versions, report }: InstallOptions): AsyncGenerator<Outcome> {
  const nodes: NodeProgram[] = [];
  for (const version of versions) {
    report(`Node ${version}`);
    nodes.push({ version, program: await nodeProgram(version) });
  }
  const registry = await openThrowawayRegistry();
  const projects = await mkdtemp(join(tmpdir(), 'profit-projects-'));
  try {
    report('publishing');
    await registry.publish();
    for (const entry of packages) {
      const started = performance.now();
      const project = join(projects, entry.folderName);
      const outcome = await tryPackage(entry, project, registry.npmrc, nodes);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      const said =
        'failure' in outcome
          ? `failed\n${outcome.failure}`
          : `installed in ${(outcome.installed.bytes / 1e6).toFixed(2)} MB and ran`;
      report(`${entry.manifest.name}, ${seconds} s: ${said}`);
      yield outcome;
      await rm(project, { recursive: true, force: true });
    }
  } finally {
    await registry.close();
    await rm(projects, { recursive: true, force: true });
  }
}
