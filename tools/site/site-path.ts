/**
 * Where a page of the repository is on the site: `docs/` is its root, a README is the page of its folder.
 *
 * @param path of a Markdown file, from the repository's root
 */
export function sitePath(path: string): string {
  if (path === 'README.md') return 'index.md';
  if (path === 'docs/README.md') return 'contents.md';
  if (path === 'docs/plugins.md') return 'plugins/index.md';
  const inRoot = path.startsWith('docs/') ? path.slice('docs/'.length) : path;
  const [, folder] = /^((?:packages|examples|tools)\/[\w-]+)\/README\.md$/.exec(inRoot) ?? [];
  if (folder !== undefined) return `${folder}.md`;
  return inRoot
    .replace(/(^|\/)README\.md$/, '$1index.md')
    .replace(/^(?:CONTRIBUTING|SECURITY)\.md$/, (name) => name.toLowerCase());
}
