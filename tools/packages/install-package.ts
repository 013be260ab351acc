import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileExample, emptyProject, install, typeResolutions, type TypeResolution } from './empty-project.js';
import { fillExampleFolder } from './example-folder.js';
import { installedFiles } from './installed-size.js';
import type { PublishedPackage } from './published-packages.js';
import { missingOutput, readmeExample } from './readme-example.js';
import { runCommand } from './run-command.js';

/** A program of Node and its version. */
export interface NodeProgram {
  readonly version: string;
  readonly program: string;
}

/** What was seen of a package that was installed alone. */
export interface InstalledPackage {
  /** Bytes of `node_modules` after the package alone was installed. */
  readonly bytes: number;
  /** Packages with machine code in them. */
  readonly native: readonly string[];
  /** Versions of Node under which the README's example ran, and `require` loaded the package. */
  readonly nodes: readonly string[];
  /** Ways of resolving under which the example compiled. */
  readonly types: readonly TypeResolution[];
}

function packageOf(path: string, folder: string): string {
  const parts = path.slice(join(folder, 'node_modules').length + 1).split('/');
  return parts.slice(0, parts[0].startsWith('@') ? 2 : 1).join('/');
}

/** Where in a project the example runs under a version of Node: a folder that starts with a model and data. */
export function workplaceOf(folder: string, { version }: NodeProgram): string {
  return join(folder, `node-${version}`);
}

async function runExample(folder: string, node: NodeProgram, entry: PublishedPackage): Promise<void> {
  const workplace = workplaceOf(folder, node);
  await fillExampleFolder(workplace);
  await writeFile(join(workplace, 'package.json'), '{ "type": "module" }');
  await copyFile(join(folder, 'example.js'), join(workplace, 'example.js'));
  const printed = await runCommand(node.program, ['example.js'], { cwd: workplace });
  const missing = missingOutput(readmeExample(entry.readme).outputs, printed);
  if (printed.trim() === '' || missing !== undefined) {
    throw new Error(
      `${entry.manifest.name}: the example should print ${missing ?? 'something'}, and printed\n${printed}`,
    );
  }
  const loads = `if (Object.keys(require('${entry.manifest.name}')).length === 0) throw new Error('nothing is exported')`;
  await runCommand(node.program, ['--input-type=commonjs', '-e', loads], { cwd: workplace });
}

/**
 * Installs a package alone into an empty project and measures it, adds what its README says its example needs besides, compiles the
 * example and runs it under each version of Node. Whatever fails is an error that shows what was printed.
 */
export async function installPackage(
  entry: PublishedPackage,
  folder: string,
  npmrc: string,
  nodes: readonly NodeProgram[],
): Promise<InstalledPackage> {
  await emptyProject(folder, npmrc);
  await install(folder, [entry.manifest.name]);
  const { bytes, native } = await installedFiles(join(folder, 'node_modules'));
  const example = readmeExample(entry.readme);
  const others = example.install.filter((name) => name !== entry.manifest.name);
  const present = await readdir(join(folder, 'node_modules', '@profit-sft'));
  const missing = others.filter((name) => !present.includes(name.replace('@profit-sft/', '')));
  if (missing.length > 0) await install(folder, missing);

  await writeFile(join(folder, 'example.ts'), example.source);
  const types = Object.keys(typeResolutions) as TypeResolution[];
  for (const resolution of types) await compileExample(folder, resolution);
  for (const node of nodes) await runExample(folder, node, entry);
  return {
    bytes,
    native: [...new Set(native.map((path) => packageOf(path, folder)))].sort(),
    nodes: nodes.map(({ version }) => version),
    types,
  };
}
