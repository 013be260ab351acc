import { dirname, relative } from 'node:path/posix';
import type { MaskingPlugin, Schema } from '@profit-sft/core';
import { configurationTable } from '../docs/configuration-table.js';
import type { MarkdownFile } from '../docs/markdown-files.js';
import { guideExcerpts } from './guide-excerpt.js';
import { examplesOf } from './plugin-examples.js';
import { pluginPath, type AnyPlugin, type KindOfPlugins } from './plugin-kinds.js';
import { rewriteLinks } from './site-links.js';
import type { SitePage } from './site-page.js';
import { sitePath } from './site-path.js';

/** Text of a definition as Markdown: what would be markup there is meant as it stands. */
function plainText(text: string): string {
  return text.replace(/[<>{}]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function sentenceStart(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function isMaskingRule(plugin: AnyPlugin): plugin is AnyPlugin & MaskingPlugin {
  return plugin.pluginKind === 'masking';
}

/** Facts that only rules have. */
function ruleFacts(plugin: AnyPlugin): string[] {
  if (!isMaskingRule(plugin)) return [];
  const { needs, scope, binary, normaliser } = plugin as MaskingPlugin;
  const signals = ['logProb', ...needs.filter((signal) => signal !== 'logProb')].map((signal) => `\`${signal}\``);
  return [
    `- **Signals**: ${signals.join(', ')}`,
    `- **Scope**: \`${scope}\``,
    `- **Weights**: ${binary ? '0 or 1' : 'any that are not negative'}`,
    `- **Normaliser**: \`${normaliser}\``,
    '',
    'Options and inner rules may change the last four.',
  ];
}

/** Where a plugin is exported from. */
export interface ExportedPlugin {
  readonly packageName: string;
  /** Absent where it is exported in a list only. */
  readonly exportName?: string;
}

/**
 * The page of a plugin, from its definition and from what the guides to its kind say of it.
 *
 * @param files every page of the repository
 */
export function pluginPage(
  plugin: AnyPlugin,
  { kind, folder, one, guides }: KindOfPlugins,
  exported: ExportedPlugin,
  files: readonly MarkdownFile[],
): SitePage {
  const name = plugin.pluginName;
  const path = pluginPath(folder, name);
  const packageName = exported.packageName.split('/')[1];
  const exportedAs = exported.exportName === undefined ? ', exported' : `, exported as \`${exported.exportName}\``;
  const link = (target: string): string => relative(dirname(path), target);
  const pages = new Set(files.map((file) => file.path));
  const excerpts = guides.flatMap((guide) => {
    const text = files.find((file) => file.path === guide.path)?.text;
    if (text === undefined) throw new Error(`there is no ${guide.path}`);
    return guideExcerpts(text, name).map((excerpt) => {
      const linked = rewriteLinks(excerpt.text, guide.path, path, pages);
      const section = `[${guide.title}, ${excerpt.section}](${link(sitePath(guide.path))}#${excerpt.anchor})`;
      return { files: linked.files, text: `From ${section}:\n\n${linked.text}` };
    });
  });
  const options = plugin.options as unknown as Schema<unknown, unknown>;
  const hasOptions = Object.keys(options.fields ?? {}).length > 0;
  const examples = examplesOf[kind](plugin).map(({ language, text }) => `\`\`\`${language}\n${text}\n\`\`\``);
  const guideLinks = guides.map((guide) => `[${guide.title}](${link(sitePath(guide.path))})`);
  const sections = [
    `# \`${name}\``,
    `${sentenceStart(one)}${exportedAs} by [\`${exported.packageName}\`](${link(`packages/${packageName}.md`)}).`,
    `${sentenceStart(plainText(plugin.description))}.`,
    [`- **Source**: ${plainText(plugin.source)}`, ...ruleFacts(plugin)].join('\n'),
    ...(excerpts.length === 0 ? [] : ['## What it does', ...excerpts.map(({ text }) => text)]),
    '## Options',
    hasOptions ? configurationTable(options) : 'None.',
    '## Example',
    ...examples,
    `More: ${guideLinks.join(', ')}, [all plugins](${link('plugins/index.md')}), [API](${link(`api/${packageName}.md`)}).`,
  ];
  return { path, text: `${sections.join('\n\n')}\n`, files: excerpts.flatMap((excerpt) => excerpt.files) };
}
