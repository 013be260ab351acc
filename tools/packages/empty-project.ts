import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
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

/** Whether a message is about the types of a package that is not ours. */
function isForeign({ file }: ts.Diagnostic, folder: string): boolean {
  const modules = join(folder, 'node_modules', '/');
  return file !== undefined && file.fileName.startsWith(modules) && !file.fileName.startsWith(`${modules}@profit-sft/`);
}

/**
 * Checks `example.ts` in the folder under one way of resolving, with the types of our packages, and writes `example.js` beside it. Without
 * the types of browsers, which ONNX Runtime's own ask for: what others' types lack is not looked at.
 */
export async function compileExample(folder: string, resolution: TypeResolution): Promise<void> {
  const { options, errors } = ts.convertCompilerOptionsFromJson(
    {
      ...typeResolutions[resolution],
      target: 'es2022',
      lib: ['es2023'],
      types: ['node'],
      // Node's types are the repository's, so that the project holds what its user installed and no more.
      typeRoots: [join(repository, 'node_modules', '@types')],
      strict: true,
    },
    folder,
  );
  const program = ts.createProgram([join(folder, 'example.ts')], options);
  const problems = [...errors, ...ts.getPreEmitDiagnostics(program)].filter((problem) => !isForeign(problem, folder));
  if (problems.length > 0) {
    const host = {
      getCurrentDirectory: () => folder,
      getCanonicalFileName: (name: string) => name,
      getNewLine: () => '\n',
    };
    throw new Error(`the example does not compile under ${resolution}\n${ts.formatDiagnostics(problems, host)}`);
  }
  program.emit();
}
