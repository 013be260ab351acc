import { readFile, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Where a link of a page leads, from the site's root; undefined for another site. */
function targetOf(href: string, page: string, base: string): { file: string; anchor: string } | undefined {
  const url = new URL(href, `http://site${base}${page}`);
  if (url.host !== 'site') return undefined;
  const path = decodeURIComponent(url.pathname);
  const file = path.startsWith(base) ? path.slice(base.length) : path;
  return {
    file: file === '' || file.endsWith('/') ? `${file}index.html` : file,
    anchor: decodeURIComponent(url.hash.slice(1)),
  };
}

/**
 * Links of a built site that lead to no file of it, or to no element of a page.
 *
 * @param folder of the site
 * @param base where it will be on its server, with a slash at both ends
 * @returns one line for each, with its page
 */
export async function deadLinks(folder: string, base: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  const pages = new Map<string, { links: string[]; ids: Set<string> }>();
  for (const file of files.filter((name) => name.endsWith('.html'))) {
    const html = await readFile(join(folder, file), 'utf8');
    const values = (attribute: RegExp): string[] => [...html.matchAll(attribute)].map(([, value]) => value);
    pages.set(file, {
      links: values(/<a\b[^>]*\shref="([^"]*)"/g).map((link) => link.replaceAll('&amp;', '&')),
      ids: new Set(values(/\sid="([^"]*)"/g)),
    });
  }
  const there = new Set(files);
  return [...pages].flatMap(([page, { links }]) =>
    [...new Set(links)]
      .filter((link) => {
        const target = targetOf(link, page, base);
        if (target === undefined) return false;
        if (!there.has(target.file)) return true;
        return target.anchor !== '' && pages.get(target.file)?.ids.has(target.anchor) === false;
      })
      .map((link) => `${page}: ${link}`),
  );
}
