import { join } from 'node:path';
import type { NodeProgram } from './install-package.js';
import { runCommand } from './run-command.js';

/** Runs the command `profit` and gives what it prints on stdout. */
export type Profit = (...args: string[]) => Promise<string>;

/** The command that is installed in a project, as npm links it, under a version of Node and in a working directory. */
export function profitIn(project: string, workingDirectory: string, node: NodeProgram): Profit {
  const command = join(project, 'node_modules', '.bin', 'profit');
  return (...args) => runCommand(node.program, [command, ...args], { cwd: workingDirectory });
}

/** Trains as `run.json` says (see `fillExampleFolder`), with settings, to the end, and gives the name of the rule. */
export async function trainedWith(profit: Profit, ...settings: string[]): Promise<string> {
  const printed = await profit('train', 'run.json', ...settings, '--out', 'runs/first', '--json');
  const { status, steps, masking } = JSON.parse(printed) as {
    status: string;
    steps: number;
    masking: { name: string };
  };
  if (status !== 'completed' || steps !== 2) throw new Error(`profit train gave ${printed}`);
  return masking.name;
}
