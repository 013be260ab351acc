import { publishedPackages, repository } from './published-packages.js';
import { runCommand } from './run-command.js';

/** What `npm pack` makes of a package. Sizes in bytes. */
export interface PackedPackage {
  readonly name: string;
  /** Of the compressed archive. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Packs every package, into a folder, or nowhere to see what would be in it. Builds nothing. */
export async function packPackages(destination?: string): Promise<PackedPackage[]> {
  const target = destination === undefined ? ['--dry-run'] : ['--pack-destination', destination];
  const workspaces = ['--workspaces', '--include-workspace-root=false', '--ignore-scripts', '--silent'];
  const printed = await runCommand('npm', ['pack', '--json', ...workspaces, ...target], { cwd: repository });
  const packed = JSON.parse(printed) as PackedPackage[] | Record<string, PackedPackage>;
  const published = new Set(publishedPackages().map(({ manifest }) => manifest.name));
  return Object.values(packed).filter(({ name }) => published.has(name));
}
