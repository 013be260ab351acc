import { expect, test } from 'vitest';
import { commandProblem } from './command-problem.js';
import { markdownFiles } from './markdown-files.js';
import { documentedCommands } from './shell-blocks.js';

const files = markdownFiles();
const commands = await documentedCommands(files);
const scripts = files.flatMap(({ path, text }) =>
  Array.from(text.matchAll(/`npm run ([\w:-]+)/g), ([, name]) => [path, name] as const),
);

test.each(commands.map((command) => [command.page, command.text, command] as const))(
  '%s: %s',
  async (_, __, { words }) => {
    expect(await commandProblem(words)).toBeUndefined();
  },
);

test.each(scripts)('%s: the script %s that its text names is there', async (_, name) => {
  expect(await commandProblem(['npm', 'run', name])).toBeUndefined();
});

test('a filter of vitest may be of any of its projects', async () => {
  const words = 'npx vitest run --project core --project cli report-error'.split(' ');
  expect(await commandProblem(words)).toBeUndefined();
});

test.each([
  ['npm run bnech', 'no script "bnech"'],
  ['npm run build -w @acme/none', 'no workspace'],
  ['npm install @profit-sft/maskings', 'no package'],
  ['npm creaet', 'no command'],
  ['npx vitest run --project nothing', 'no project'],
  ['npx vitest run --project core --project nothing', 'no project "nothing"'],
  ['npx vitest run core', 'no project'],
  ['npx vitest run --project core no-such-test', 'no test'],
  ['npx vitest run --project core --project cli no-such-test', 'no test'],
  ['npx tsx --conditions=@profit-sft/source tools/none.ts', 'there is no tools/none.ts'],
  ['npx profit tain run.json', 'unknown command'],
  ['npx profit train run.json --outt runs', 'unknown option'],
  ['npx profit train', 'missing required argument'],
  ['profit eval --model m --data d.jsonl', 'not specified'],
  ['profit eval --model m --data d.jsonl --evaluator perplexty', 'perplexity'],
  ['profit eval --model m --data d.jsonl --evaluator exact-match --set maxTokns=1', 'maxTokns'],
  ['profit inspect --model m --data d.jsonl --threshold 2', 'from 0 to 1'],
  ['profit ablate a.json --launcher {"name":"slurm","partition":"x"}', 'partition'],
  ['proft list', 'no program'],
])('a command that is wrong is found: %s', async (text, problem) => {
  expect(await commandProblem(text.split(' '))).toContain(problem);
});
