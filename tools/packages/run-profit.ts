import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillExampleFolder } from './example-folder.js';
import type { NodeProgram } from './install-package.js';
import type { PublishedPackage } from './published-packages.js';
import { runCommand } from './run-command.js';

/**
 * Runs the installed command `profit`, in the project of `@profit-sft/cli`: its version, `doctor`, and a training of two steps with the
 * rule of the README, which is a file of the project. Whatever fails is an error.
 */
export async function runProfitCommand(folder: string, node: NodeProgram, cli: PublishedPackage): Promise<void> {
  const workplace = join(folder, `profit-${node.version}`);
  await fillExampleFolder(workplace);
  const rule = /^```ts\n((?:(?!```).)*?export default defineMaskingRule.*?)^```$/ms.exec(cli.readme)?.[1];
  if (rule === undefined) throw new Error('the README of cli has no rule');
  await writeFile(join(workplace, 'square.ts'), rule);
  const command = join(folder, 'node_modules', '@profit-sft', 'cli', 'bin', 'profit.js');
  const profit = (...args: string[]): Promise<string> =>
    runCommand(node.program, [command, ...args], { cwd: workplace });

  const version = (await profit('--version')).trim();
  if (version !== cli.manifest.version) throw new Error(`profit --version is ${version}, not ${cli.manifest.version}`);
  await profit('doctor');
  const trained = await profit('train', 'run.json', '--set', 'masking="./square.ts"', '--out', 'runs/first', '--json');
  const { status, masking } = JSON.parse(trained) as { status: string; masking: { name: string } };
  if (status !== 'completed' || masking.name !== 'square') throw new Error(`profit train gave ${trained}`);
}
