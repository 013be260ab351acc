import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './published-packages.js';
import { runCommand } from './run-command.js';

/** Ways in which TypeScript may find a package's types, each a configuration of its own. */
export const typeResolutions = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;

export type TypeResolution = keyof typeof typeResolutions;

/** A project with nothing in it but the name of the registry. */
export async function emptyProject(folder: string, npmrc: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await writeFile(join(folder, '.npmrc'), npmrc);
}

/** Install scripts are left out: none of our packages, nor what they need, may rely on one. */
export async function install(folder: string, packages: readonly string[]): Promise<void> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await runCommand('npm', ['install', ...flags, ...packages], { cwd: folder });
}

/** Checks `example.ts` in the folder under one way of resolving, libraries included, and writes `example.js` beside it. */
export async function compileExample(folder: string, resolution: TypeResolution): Promise<void> {
  const configuration = {
    compilerOptions: {
      ...typeResolutions[resolution],
      target: 'es2022',
      lib: ['es2023'],
      types: ['node'],
      // The compiler and Node's types are the repository's, so that the project holds what its user installed and no more.
      typeRoots: [join(repository, 'node_modules', '@types')],
      strict: true,
    },
    files: ['example.ts'],
  };
  const file = join(folder, `tsconfig.${resolution}.json`);
  await writeFile(file, JSON.stringify(configuration));
  const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  await runCommand(process.execPath, [compiler, '-p', file], { cwd: folder });
}
