import { dirname, join, normalize } from 'node:path/posix';
import { pluginKinds, pluginPath, pluginsOf } from './plugin-kinds.js';
import { sitePath } from './site-path.js';

/** An entry of the site's sidebar, as VitePress takes it. */
export interface NavigationItem {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly NavigationItem[];
}

interface ListedPage {
  readonly title: string;
  /** From the repository's root. */
  readonly path: string;
  /** The second cell. */
  readonly description: string;
}

/** The pages that the tables of a page list: rows whose first cell is a link. */
export function listedPages(text: string, from: string): ListedPage[] {
  return [...text.matchAll(/^\| \[([^\]]+)\]\(([^)\s]+)\) *\| (.*?) *\|/gm)].map(([, title, target, description]) => {
    const path = normalize(join(dirname(from), target));
    return {
      title: title.replaceAll('`', ''),
      path: path.endsWith('.md') ? path : join(path, 'README.md'),
      description,
    };
  });
}

function linkTo(path: string): string {
  return `/${path.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html')}`;
}

function itemOf({ title, path }: ListedPage): NavigationItem {
  return { text: title, link: linkTo(sitePath(path)) };
}

/**
 * The sidebar: the sections of `docs/README.md`, then plugins, packages, their API and the decisions. What is listed comes from the
 * pages that list it in the repository, and from the registry.
 *
 * @param read a page by its path from the repository's root
 */
export function navigation(read: (path: string) => string): NavigationItem[] {
  const sections = read('docs/README.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      text: section.slice(0, section.indexOf('\n')),
      collapsed: false,
      items: listedPages(section, 'docs/README.md').map(itemOf),
    }));
  const plugins = pluginKinds.map(({ kind, folder, title }) => ({
    text: title,
    collapsed: true,
    items: pluginsOf(kind).map(({ pluginName }) => ({
      text: pluginName,
      link: linkTo(pluginPath(folder, pluginName)),
    })),
  }));
  const packages = listedPages(read('README.md'), 'README.md').filter(({ path }) => path.startsWith('packages/'));
  const decisions = listedPages(read('docs/decisions/README.md'), 'docs/decisions/README.md');
  return [
    ...sections,
    { text: 'All plugins', collapsed: true, items: plugins },
    { text: 'Packages', collapsed: true, items: packages.map(itemOf) },
    {
      text: 'API',
      collapsed: true,
      items: packages.map(({ title, path }) => ({ text: title, link: `/api/${path.split('/')[1]}.html` })),
    },
    {
      text: 'Decisions',
      collapsed: true,
      items: decisions.map(({ title, path, description }) => ({
        text: `${title} ${description}`,
        link: linkTo(sitePath(path)),
      })),
    },
  ];
}
