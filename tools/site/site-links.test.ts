import { expect, test } from 'vitest';
import { markdownFiles } from '../docs/markdown-files.js';
import { rewriteLinks } from './site-links.js';
import { sitePath } from './site-path.js';

const pages = new Set(markdownFiles().map(({ path }) => path));
const rewrite = (link: string, from: string): string =>
  rewriteLinks(`[x](${link})`, from, sitePath(from), pages).text.slice(4, -1);

test.each([
  ['README.md', 'index.md'],
  ['docs/README.md', 'contents.md'],
  ['docs/concepts.md', 'concepts.md'],
  ['docs/decisions/README.md', 'decisions/index.md'],
  ['packages/core/README.md', 'packages/core.md'],
  ['CONTRIBUTING.md', 'contributing.md'],
])('%s is at %s', (path, place) => {
  expect(sitePath(path)).toBe(place);
});

test('no two pages are at one place', () => {
  const places = [...pages].map(sitePath);
  expect(new Set(places).size).toBe(places.length);
});

test.each([
  ['docs/concepts.md#the-mask', 'README.md', 'concepts.md#the-mask'],
  ['packages/core', 'README.md', 'packages/core.md'],
  ['../cli', 'packages/report/README.md', 'cli.md'],
  ['../README.md#packages', 'docs/README.md', 'index.md#packages'],
  [
    '../packages/core/src/contracts/token-signals.ts',
    'docs/engine.md',
    'source/packages/core/src/contracts/token-signals.ts.txt',
  ],
  ['https://vitest.dev', 'docs/engine.md', 'https://vitest.dev'],
  ['#the-mask', 'docs/concepts.md', '#the-mask'],
])('a link to %s in %s leads to %s', (link, from, to) => {
  expect(rewrite(link, from)).toBe(to);
});

test('links in code are left alone, and the files that are linked to are told', () => {
  const text = '```ts\na[0](docs)\n```\n\n[x](LICENSE)\n';
  expect(rewriteLinks(text, 'README.md', 'index.md', pages)).toEqual({
    text: '```ts\na[0](docs)\n```\n\n[x](source/LICENSE.txt)\n',
    files: ['LICENSE'],
  });
});

test('a link that leads nowhere is refused', () => {
  expect(() => rewrite('docs/none.md', 'README.md')).toThrow('docs/none.md leads nowhere');
});
