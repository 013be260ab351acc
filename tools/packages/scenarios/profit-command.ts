import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillExampleFolder } from '../example-folder.js';
import { profitIn, trainedWith } from '../profit-in-project.js';
import type { Scenario } from '../scenario.js';

export const profitCommand: Scenario = {
  title: 'the command `profit`',
  tried: '`--version`, `list`, `doctor`, and `train` with the rule of the README, a file in TypeScript',
  async run({ folder, entry, nodes }) {
    const rule = /^```ts\n((?:(?!```).)*?export default defineMaskingRule.*?)^```$/ms.exec(entry.readme)?.[1];
    if (rule === undefined) throw new Error('the README of cli has no rule');
    for (const node of nodes) {
      const workplace = join(folder, `profit-${node.version}`);
      await fillExampleFolder(workplace);
      await writeFile(join(workplace, 'square.ts'), rule);
      const profit = profitIn(folder, workplace, node);

      const version = (await profit('--version')).trim();
      if (version !== entry.manifest.version) throw new Error(`profit --version is ${version}`);
      const { masking } = JSON.parse(await profit('list', '--json')) as { masking: { name: string }[] };
      if (!masking.some(({ name }) => name === 'profit')) throw new Error('profit list has no rule "profit"');
      await profit('doctor');
      const trained = await trainedWith(profit, '--set', 'masking="./square.ts"');
      if (trained !== 'square') throw new Error(`profit train used the rule ${trained}, not square`);
    }
  },
};
