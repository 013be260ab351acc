import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Application, LogLevel, ReflectionKind, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { headingAnchors } from '../docs/heading-anchors.js';
import { publishedPackages, repository } from '../packages/published-packages.js';

const options: TypeDocOptions & PluginOptions = {
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: publishedPackages().map(({ folder }) => join(folder, 'src', 'index.ts')),
  tsconfig: join(repository, 'tools', 'site', 'tsconfig.api.json'),
  readme: 'none',
  // Sources have no public address to link to.
  disableSources: true,
  // Types are checked by `npm run typecheck`.
  skipErrorChecking: true,
  excludePrivate: true,
  excludeInternal: true,
  sort: ['source-order'],
  logLevel: LogLevel.Warn,
  // A type that a package keeps to itself is shown by its name.
  validation: { notExported: false, invalidLink: true, invalidPath: true },
  outputFileStrategy: 'modules',
  flattenOutputFiles: true,
  entryFileName: 'index',
  name: 'API',
  pageTitleTemplates: { module: ({ name }) => `\`@profit-sft/${name}\`` },
  hideBreadcrumbs: true,
  hidePageHeader: true,
  hideGroupHeadings: false,
  useCodeBlocks: true,
  sanitizeComments: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
};

/** Doc comments have formulas as indented code, in which a page shows the backslashes that typedoc puts before braces. */
function unescapedFormulas(page: string): string {
  return page.replace(/^ {4}.*$/gm, (line) => line.replace(/\\([{}<>])/g, '$1'));
}

/** typedoc's plugin counts some headings of one name otherwise than they are on the page: such a link leads to the page. */
function resolvedAnchors(page: string, own: string, anchors: ReadonlyMap<string, ReadonlySet<string>>): string {
  return page.replace(/\]\(([\w.-]*)#([^)\s]+)\)/g, (link, name: string, anchor: string) => {
    const target = name === '' ? own : name;
    return anchors.get(target)?.has(anchor) === true ? link : `](${target})`;
  });
}

/**
 * Writes the API of every package, one page each, from the doc comments of what it exports.
 *
 * @param folder where the pages are written
 * @throws Error where a doc comment links to what is not there
 */
export async function writeApiPages(folder: string): Promise<void> {
  const application = await Application.bootstrapWithPlugins(options);
  const project = await application.convert();
  if (project === undefined) throw new Error('typedoc could not read the packages');
  for (const child of project.getChildrenByKind(ReflectionKind.Module)) child.name = child.name.split('/')[0];
  application.validate(project);
  await application.outputs.writeOutput({ name: 'markdown', path: folder }, project);
  const pages = new Map<string, string>();
  for (const name of await readdir(folder))
    pages.set(name, unescapedFormulas(await readFile(join(folder, name), 'utf8')));
  const anchors = new Map([...pages].map(([name, text]) => [name, headingAnchors(text)]));
  for (const [name, text] of pages) await writeFile(join(folder, name), resolvedAnchors(text, name, anchors));
  const { errorCount, warningCount } = application.logger;
  if (errorCount + warningCount > 0)
    throw new Error(`typedoc: ${errorCount} errors, ${warningCount} warnings, see above`);
}
