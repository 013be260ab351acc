import { markdownFiles } from '../docs/markdown-files.js';
import { pluginPages } from './plugin-pages.js';
import { rewriteLinks } from './site-links.js';
import type { SitePage } from './site-page.js';
import { sitePath } from './site-path.js';

/** Every page of the site but the API: the repository's pages, and one for each plugin. */
export async function sitePages(): Promise<SitePage[]> {
  const files = markdownFiles();
  const paths = new Set(files.map(({ path }) => path));
  const written = files.map(({ path, text }): SitePage => {
    const to = sitePath(path);
    return { path: to, ...rewriteLinks(text, path, to, paths) };
  });
  return [...written, ...(await pluginPages(files))];
}
