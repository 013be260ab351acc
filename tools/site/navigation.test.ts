import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markdownFiles, repository } from '../docs/markdown-files.js';
import { publishedPackages } from '../packages/published-packages.js';
import { navigation, type NavigationItem } from './navigation.js';
import { pluginPages } from './plugin-pages.js';
import { sitePath } from './site-path.js';

const files = markdownFiles();
const links = (items: readonly NavigationItem[]): string[] =>
  items.flatMap(({ link, items: inner = [] }) => [...(link === undefined ? [] : [link]), ...links(inner)]);
const linked = links(navigation((path) => readFileSync(join(repository, path), 'utf8')));

test('every page of docs/, of a package and of a plugin is in the sidebar', async () => {
  // These two are what the sidebar is made of.
  const lists = ['README.md', 'docs/README.md'];
  const wanted = files
    .filter(({ path }) => !lists.includes(path) && !/^(?:examples|tools)\//.test(path))
    .map(({ path }) => sitePath(path));
  const plugins = (await pluginPages(files)).map(({ path }) => path);
  const api = publishedPackages().map(({ folderName }) => `api/${folderName}.md`);
  const pages = [...wanted, ...plugins, ...api].map(
    (path) => `/${path.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html')}`,
  );
  expect([...new Set(linked)].sort()).toEqual(pages.sort());
});
