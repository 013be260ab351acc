import { dirname, relative } from 'node:path/posix';
import type { MaskingPlugin, Schema } from '@profit-sft/core';
import { configurationTable } from '../docs/configuration-table.js';
import { guideExcerpts } from './guide-excerpt.js';
import { examplesOf } from './plugin-examples.js';
import { pluginPath, type AnyPlugin, type KindOfPlugins } from './plugin-kinds.js';
import { rewriteLinks } from './site-links.js';
import { sitePath } from './site-path.js';

/** Text of a definition as Markdown: what would be markup there is meant as it stands. */
function plainText(text: string): string {
  return text.replace(/[<>{}]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${plainText(text.slice(1))}.`;
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
  ];
}

/** Where a plugin is exported from. */
export interface ExportedPlugin {
  readonly packageName: string;
  /** Absent where it is exported in a list only. */
  readonly exportName?: string;
}

/**
 * The page of a plugin, from its definition and from what the guide to its kind says of it.
 *
 * @param guide text of the page that is written by hand
 * @param pages every page, from the repository's root
 */
export function pluginPage(
  plugin: AnyPlugin,
  { kind, folder, one, guide }: KindOfPlugins,
  exported: ExportedPlugin,
  guideText: string,
  pages: ReadonlySet<string>,
): { readonly text: string; readonly files: readonly string[] } {
  const name = plugin.pluginName;
  const path = pluginPath(folder, name);
  const packageName = exported.packageName.split('/')[1];
  const link = (target: string): string => relative(dirname(path), target);
  const guideLink = link(sitePath(guide.path));
  const excerpts = guideExcerpts(guideText, name).map(({ anchor, section, text }) => {
    const linked = rewriteLinks(text, guide.path, path, pages);
    return { files: linked.files, text: `From [${section}](${guideLink}#${anchor}):\n\n${linked.text}` };
  });
  const exportedAs = exported.exportName === undefined ? ', exported' : `, exported as \`${exported.exportName}\``;
  const options = plugin.options as unknown as Schema<unknown, unknown>;
  const hasOptions = Object.keys(options.fields ?? {}).length > 0;
  const examples = examplesOf[kind](plugin).map(({ language, text }) => `\`\`\`${language}\n${text}\n\`\`\``);
  const sections = [
    `# \`${name}\``,
    `A ${one}${exportedAs} by [\`${exported.packageName}\`](${link(`packages/${packageName}.md`)}).`,
    sentence(plugin.description),
    [`- **Source**: ${plainText(plugin.source)}`, ...ruleFacts(plugin)].join('\n'),
    ...(excerpts.length === 0 ? [] : ['## What it does', ...excerpts.map(({ text }) => text)]),
    '## Options',
    hasOptions ? configurationTable(options) : 'None.',
    '## Example',
    hasOptions ? 'Options that are not given have the values shown here, but for those that are required.' : '',
    ...examples,
    `More in [${guide.title}](${guideLink}), [all plugins](${link('plugins/index.md')}) and the [API](${link(`api/${packageName}.md`)}).`,
  ];
  return {
    text: `${sections.filter((part) => part !== '').join('\n\n')}\n`,
    files: excerpts.flatMap(({ files }) => files),
  };
}
