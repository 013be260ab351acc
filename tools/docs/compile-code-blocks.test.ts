import { expect, test } from 'vitest';
import { codeBlockContexts } from './code-block-context.js';
import { compileCodeBlocks } from './compile-code-blocks.js';
import { codeBlocks, markdownFiles } from './markdown-files.js';

const pages = markdownFiles().filter(({ text }) => codeBlocks(text, 'ts').length + codeBlocks(text, 'js').length > 0);
const failing = {
  path: 'docs/failing.md',
  text: "```ts\nimport { profit } from '@profit-sft/masking';\n\nprofit({ threshhold: 0.1 });\n```\n",
};
// One program, since each reads the sources of all packages.
const wrong = compileCodeBlocks([...pages, failing]);

test.each(pages.map(({ path }) => path))('the code in %s compiles', (path) => {
  expect(wrong.get(path)).toBeUndefined();
});

test('code that does not compile is found, with its line', () => {
  expect(wrong.get(failing.path)).toEqual([expect.stringMatching(/^block-1\.ts, line 3: .*threshhold/s)]);
});

test('every page with a context of its own has code', () => {
  const paths = pages.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(Object.keys(codeBlockContexts)));
});
