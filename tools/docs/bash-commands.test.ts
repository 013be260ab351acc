import { expect, test } from 'vitest';
import { bashCommands } from './bash-commands.js';

test('words are those that bash would give the program', async () => {
  const script = [
    `npx profit eval --set 'a=(\\d+)' \\`,
    `  --prompt $'two\\nlines' # a comment`,
    `PROFIT_RAY=x npm test && npm run bench | tail -1 > out.txt`,
    `npx profit ablate a.json --launcher '{`,
    `  "name": "ray"`,
    `}'`,
    `empty ''`,
  ];
  expect((await bashCommands(script.join('\n'))).sort()).toEqual(
    [
      ['npx', 'profit', 'eval', '--set', 'a=(\\d+)', '--prompt', 'two\nlines'],
      ['npm', 'test'],
      ['npm', 'run', 'bench'],
      ['tail', '-1'],
      ['npx', 'profit', 'ablate', 'a.json', '--launcher', '{\n  "name": "ray"\n}'],
      ['empty', ''],
    ].sort(),
  );
});

test('programs with a path and builtins are recorded, not run', async () => {
  const commands = await bashCommands('eval "$(tools/start.sh 1)"\nexport KEY=…\ncd somewhere\n');
  expect(commands.map(([name]) => name).sort()).toEqual(['cd', 'eval', 'export', 'tools/start.sh']);
});

test('what bash cannot read is refused', async () => {
  await expect(bashCommands(`echo 'open`)).rejects.toThrow();
});
