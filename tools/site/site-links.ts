import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path/posix';
import { repository } from '../docs/markdown-files.js';
import { sitePath } from './site-path.js';

export interface RewrittenPage {
  readonly text: string;
  /** Files of the repository that it links to and that are no pages, from the repository's root. */
  readonly files: readonly string[];
}

/** Where the site has a file of the repository that is no page: as text, which every browser shows. */
export function sourcePath(path: string): string {
  return `source/${path}.txt`;
}

/**
 * A text with its links made to lead where they do on the site.
 *
 * @param from the page that the text is from, from the repository's root
 * @param to the page that it will be on, from the site's root
 * @param pages every page, from the repository's root
 * @throws Error for a link that leads nowhere
 */
export function rewriteLinks(text: string, from: string, to: string, pages: ReadonlySet<string>): RewrittenPage {
  const files: string[] = [];
  const rewritten = (target: string): string => {
    if (/^[a-z]+:/.test(target)) return target;
    const [file, anchor] = target.split('#');
    const suffix = anchor === undefined ? '' : `#${anchor}`;
    let path = file === '' ? from : normalize(join(dirname(from), file));
    const inRepository = join(repository, path);
    if (!existsSync(inRepository)) throw new Error(`${from}: the link to ${target} leads nowhere`);
    if (statSync(inRepository).isDirectory()) path = join(path, 'README.md');
    if (path === from && sitePath(path) === to) return suffix === '' ? relative(dirname(to), to) : suffix;
    if (pages.has(path)) return `${relative(dirname(to), sitePath(path))}${suffix}`;
    if (!existsSync(join(repository, path))) throw new Error(`${from}: ${target} is a folder without a page`);
    files.push(path);
    return relative(dirname(to), sourcePath(path));
  };
  const parts = text.split(/(^```.*?^```$)/ms);
  const linked = parts.map((part, index) =>
    index % 2 === 1 ? part : part.replace(/\]\(([^)\s]+)\)/g, (_, target: string) => `](${rewritten(target)})`),
  );
  return { text: linked.join(''), files };
}
