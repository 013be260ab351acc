import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from '../empty-project.js';
import { fillExampleFolder } from '../example-folder.js';
import { profitIn, trainedWith } from '../profit-in-project.js';
import { runCommand } from '../run-command.js';
import type { Scenario } from '../scenario.js';

export const customPlugin: Scenario = {
  title: 'a custom plugin',
  tried:
    'the package that `create-plugin` writes: built, tested, packed, installed beside `cli` and named in a configuration of `profit train`',
  async run({ folder, nodes }) {
    const command = join(folder, 'node_modules', '.bin', 'create-plugin');
    const written = join(folder, 'own-rule');
    await runCommand(process.execPath, [command, 'rule', 'own-rule', '--scope', '@acme'], { cwd: folder });
    await copyFile(join(folder, '.npmrc'), join(written, '.npmrc'));
    await install(written, []);
    for (const { program } of nodes) {
      await runCommand(program, [join('node_modules', 'tsup', 'dist', 'cli-default.js')], { cwd: written });
      const tests = [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--testTimeout=60000'];
      await runCommand(program, tests, { cwd: written });
    }

    const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    const archive = (await runCommand('npm', pack, { cwd: written })).trim();
    await install(folder, ['@profit-sft/cli', `./${archive}`]);
    for (const node of nodes) {
      const workplace = join(folder, `profit-${node.version}`);
      await fillExampleFolder(workplace);
      const named = ['--set', 'plugins=["@acme/profit-own-rule"]', '--set', 'masking="own-rule"'];
      const trained = await trainedWith(profitIn(folder, workplace, node), ...named);
      if (trained !== 'own-rule') throw new Error(`profit train used the rule ${trained}, not own-rule`);
    }
  },
};
