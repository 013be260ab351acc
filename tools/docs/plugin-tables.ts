import type { OptionDescription } from '@profit-sft/core';
import { markdownTable } from './markdown-table.js';
import { optionCells } from './options-table.js';

/** A plugin as `profit list --json` prints it. */
interface ListedPlugin {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly options: readonly OptionDescription[];
}

function section({ name, description, source, options }: ListedPlugin): string {
  const rows = options.map(optionCells);
  const table = rows.length === 0 ? 'No options.' : markdownTable(['option', 'type', 'default', 'description'], rows);
  const sentence = `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
  return `### \`${name}\`\n\n${sentence} Source: ${source}.\n\n${table}`;
}

/** One section for each plugin: what it does, where it comes from, its options. */
export function pluginTables(plugins: readonly ListedPlugin[]): string {
  return plugins.map(section).join('\n\n');
}
