import { markdownFiles } from '../docs/markdown-files.js';
import { pluginKinds } from './plugin-kinds.js';
import { pluginPages } from './plugin-pages.js';
import { rewriteLinks } from './site-links.js';
import type { SitePage } from './site-page.js';
import { sitePath } from './site-path.js';

/** The list of all plugins with each name a link to the plugin's page, which is on the site only. */
export function linkedPluginNames(text: string): string {
  let folder: string | undefined;
  const lines = text.split('\n').map((line) => {
    const title = /^## (.*)$/.exec(line)?.[1];
    if (title !== undefined) folder = pluginKinds.find((kind) => kind.title === title)?.folder;
    const name = /^### `(.*)`$/.exec(line)?.[1];
    return folder === undefined || name === undefined ? line : `### [\`${name}\`](${folder}/${name}.md)`;
  });
  return lines.join('\n');
}

/** Every page of the site but the API: the repository's pages, and one for each plugin. */
export async function sitePages(): Promise<SitePage[]> {
  const files = markdownFiles();
  const paths = new Set(files.map(({ path }) => path));
  const written = files.map(({ path, text }): SitePage => {
    const to = sitePath(path);
    const page = rewriteLinks(text, path, to, paths);
    return { path: to, ...page, text: path === 'docs/plugins.md' ? linkedPluginNames(page.text) : page.text };
  });
  return [...written, ...(await pluginPages(files))];
}
