import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { publishedPackages } from '../packages/published-packages.js';
import { repository } from './markdown-files.js';
import { profitProblem } from './profit-problem.js';

/** Programs of the system and of others, of whose arguments nothing is known here. */
const systemPrograms = ['apt', 'apt-get', 'cd', 'eval', 'export', 'mkdir', 'pip', 'python', 'ray', 'tail'];
/** What npm does in any folder. */
const npmCommands = ['ci', 'create', 'init', 'install', 'pkg', 'publish', 'run', 'test'];

function scriptsOf(folder: string): Readonly<Record<string, string>> {
  const manifest = JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>;
  };
  return manifest.scripts ?? {};
}

function workspaceFolder(name: string): string | undefined {
  return ['packages', 'examples']
    .flatMap((parent) => readdirSync(join(repository, parent)).map((folder) => `${parent}/${folder}`))
    .find(
      (folder) =>
        (JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8')) as { name: string }).name === name,
    );
}

function npmProblem([command, ...args]: readonly string[]): string | undefined {
  if (!npmCommands.includes(command)) return `npm has no command "${command}" that is known here`;
  if (command === 'run') {
    const at = args.indexOf('-w');
    const folder = at < 0 ? '.' : workspaceFolder(args[at + 1]);
    if (folder === undefined) return `there is no workspace "${args[at + 1]}"`;
    return args[0] in scriptsOf(folder) ? undefined : `${folder}/package.json has no script "${args[0]}"`;
  }
  const ours = args.filter((word) => word.startsWith('@profit-sft/'));
  const names = publishedPackages().map(({ manifest }) => manifest.name);
  // `npm create @profit-sft/plugin` is the package @profit-sft/create-plugin.
  const wanted = command === 'create' ? ours.map((name) => name.replace('/', '/create-')) : ours;
  const absent = wanted.find((name) => !names.includes(name));
  return absent === undefined ? undefined : `there is no package "${absent}"`;
}

/** Projects of vitest by their names, and filters that have to be in the path of one of their tests. */
function vitestProblem(args: readonly string[]): string | undefined {
  const { values, positionals: filters } = parseArgs({
    args: [...args],
    options: { project: { type: 'string', multiple: true } },
    allowPositionals: true,
  });
  const projects = values.project ?? [];
  if (projects.length === 0) return 'the tests of no project are named';
  const tests: string[] = [];
  for (const project of projects) {
    const folder = ['packages', 'examples', '.']
      .map((parent) => join(parent, project))
      .find((path) => existsSync(join(repository, path, 'vitest.config.ts')));
    if (folder === undefined) return `vitest has no project "${project}"`;
    const files = readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' });
    const ofProject = files.filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'));
    tests.push(...ofProject.map((path) => join(folder, path)));
  }
  const absent = filters.find((filter) => !tests.some((test) => test.includes(filter)));
  return absent === undefined ? undefined : `no test of ${projects.join(' or ')} has "${absent}" in its path`;
}

/** A file of the repository that a command names and that is not there; what commands write is not looked for. */
function absentFile(words: readonly string[]): string | undefined {
  return words
    .filter((word) => /^(?:\.\/)?(?:tools|examples|packages)\//.test(word) && !/\/(?:out|\.venv)(?:\/|$)/.test(word))
    .find((word) => !existsSync(join(repository, word)));
}

/**
 * What is wrong with a command of the documentation; undefined where it is as the program takes it. Options and arguments of `profit` are
 * checked by its own parser.
 */
export async function commandProblem(words: readonly string[]): Promise<string | undefined> {
  const absent = absentFile(words);
  if (absent !== undefined) return `there is no ${absent}`;
  const [program, ...args] = words;
  if (program === 'profit') return profitProblem(args);
  if (program === 'npm') return npmProblem(args);
  if (program === 'npx' && args[0] === 'profit') return profitProblem(args.slice(1));
  if (program === 'npx' && args[0] === 'vitest' && args[1] === 'run') return vitestProblem(args.slice(2));
  // Their file has been looked for above.
  if (program === 'npx' && args[0] === 'tsx' && args[1] === '--conditions=@profit-sft/source') return undefined;
  if (program === 'node' || program.startsWith('tools/')) return undefined;
  const name = program.slice(program.lastIndexOf('/') + 1);
  return systemPrograms.includes(name) ? undefined : `"${program}" is no program that is known here`;
}
