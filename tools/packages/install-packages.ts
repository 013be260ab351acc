import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRulePackage } from './create-rule-package.js';
import { installPackage, type InstalledPackage, type NodeProgram } from './install-package.js';
import { nodeProgram } from './node-versions.js';
import type { PublishedPackage } from './published-packages.js';
import { runProfitCommand } from './run-profit.js';
import { openThrowawayRegistry } from './throwaway-registry.js';

/** Largest size of `@profit-sft/masking` with what it needs, in bytes: it is for any training loop. */
const largestMasking = 1e6;

export interface InstallOptions {
  readonly packages: readonly PublishedPackage[];
  readonly nodes: readonly string[];
  readonly report: (line: string) => void;
}

async function whatElseRuns(
  entry: PublishedPackage,
  project: string,
  nodes: readonly NodeProgram[],
): Promise<string | undefined> {
  if (entry.folderName === 'cli') {
    for (const node of nodes) await runProfitCommand(project, node, entry);
    return '`profit` `--version`, `doctor`, `train` with a rule of one’s own';
  }
  if (entry.folderName === 'create-plugin') {
    await createRulePackage(project, nodes);
    return 'build and tests of the package it writes';
  }
  return undefined;
}

function assertLight({ bytes, native }: InstalledPackage): void {
  if (native.length > 0) throw new Error(`@profit-sft/masking brings native code: ${native.join(', ')}`);
  if (bytes > largestMasking) throw new Error(`@profit-sft/masking installs in ${bytes} bytes, more than a megabyte`);
}

/**
 * Publishes all packages to a throwaway registry and yields, package by package, what an installation into an empty project came to.
 * Publishing is all or nothing because packages need each other. A failure ends it.
 */
export async function* installPackages({
  packages,
  nodes: versions,
  report,
}: InstallOptions): AsyncGenerator<readonly [PublishedPackage, InstalledPackage & { readonly also?: string }]> {
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
      const installed = await installPackage(entry, project, registry.npmrc, nodes);
      if (entry.folderName === 'masking') assertLight(installed);
      const also = await whatElseRuns(entry, project, nodes);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      report(`${entry.manifest.name}: installed in ${(installed.bytes / 1e6).toFixed(2)} MB and ran, ${seconds} s`);
      yield [entry, { ...installed, also }];
      await rm(project, { recursive: true });
    }
  } finally {
    await registry.close();
    await rm(projects, { recursive: true, force: true });
  }
}
