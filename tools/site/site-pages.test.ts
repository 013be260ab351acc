import { expect, test } from 'vitest';
import { pluginKinds, pluginPath, pluginsOf } from './plugin-kinds.js';
import { linkedPluginNames, sitePages } from './site-pages.js';

test('the list of all plugins leads to the page of each', async () => {
  const pages = await sitePages();
  const list = pages.find(({ path }) => path === 'plugins/index.md')?.text ?? '';
  const links = pluginKinds.flatMap(({ kind, folder }) =>
    pluginsOf(kind).map(
      ({ pluginName }) => `### [\`${pluginName}\`](${pluginPath(folder, pluginName).slice('plugins/'.length)})`,
    ),
  );
  expect(list.split('\n').filter((line) => line.startsWith('### '))).toEqual(links);
});

test('headings of other sections stay as they are', () => {
  expect(linkedPluginNames('## Others\n\n### `profit`')).toBe('## Others\n\n### `profit`');
});
