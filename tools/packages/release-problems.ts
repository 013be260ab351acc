import type { PublishedPackage } from './published-packages.js';

/** `https://github.com/acme/tool` of `git+https://github.com/acme/tool.git` and the like. */
const plainAddress = (url: string): string => url.replace(/^git\+/, '').replace(/\.git$/, '');

function problemOf({ folderName, manifest }: PublishedPackage, address: string | undefined): string | undefined {
  const { url, directory } = manifest.repository ?? {};
  if (url === undefined) return 'has no "repository" in its package.json';
  if (address !== undefined && plainAddress(url) !== address) return `says its repository is ${url}, not ${address}`;
  return directory === `packages/${folderName}` ? undefined : `says its directory is ${directory ?? 'the root'}`;
}

/**
 * Why npm would not sign where packages come from: it compares `repository` with the repository that runs the workflow.
 *
 * @param address of that repository, where a workflow runs
 */
export function releaseProblems(packages: readonly PublishedPackage[], address?: string): string[] {
  return packages.flatMap((entry) => {
    const problem = problemOf(entry, address);
    return problem === undefined ? [] : [`${entry.manifest.name} ${problem}`];
  });
}
