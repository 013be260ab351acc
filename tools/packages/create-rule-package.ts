import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from './empty-project.js';
import type { NodeProgram } from './install-package.js';
import { runCommand } from './run-command.js';

/** Writes the package of a new rule by the installed `create-plugin`, installs what it needs, builds it and runs its tests. */
export async function createRulePackage(project: string, nodes: readonly NodeProgram[]): Promise<void> {
  const command = join(project, 'node_modules', '@profit-sft', 'create-plugin', 'bin', 'create-plugin.js');
  await runCommand(process.execPath, [command, 'rule', 'own-rule', '--scope', '@acme'], { cwd: project });
  const folder = join(project, 'own-rule');
  await copyFile(join(project, '.npmrc'), join(folder, '.npmrc'));
  await install(folder, []);
  for (const { program } of nodes) {
    await runCommand(program, [join('node_modules', 'tsup', 'dist', 'cli-default.js')], { cwd: folder });
    await runCommand(program, [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--testTimeout=60000'], { cwd: folder });
  }
}
