import type { OptionDescription } from '@profit-sft/core';
import { code, markdownTable } from './markdown-table.js';

interface PluginOptions {
  readonly name: string;
  readonly options: readonly OptionDescription[];
}

/** Cells of one option: name, type, default, description. */
export function optionCells({ name, expects, required, default: value, description }: OptionDescription): string[] {
  const shown = required ? 'required' : value === null ? 'none' : code(JSON.stringify(value));
  return [code(name), code(expects), shown, description];
}

/** Every option of the plugins of a package in one table; plugins without options are named under it. */
export function optionsTable(plugins: readonly PluginOptions[]): string {
  const headings = ['option', 'type', 'default', 'description'];
  if (plugins.length === 1) return markdownTable(headings, plugins[0].options.map(optionCells));
  const rows = plugins.flatMap(({ name, options }) => options.map((option) => [code(name), ...optionCells(option)]));
  const without = plugins.filter(({ options }) => options.length === 0).map(({ name }) => code(name));
  const table = markdownTable(['plugin', ...headings], rows);
  return without.length === 0 ? table : `${table}\n\nWithout options: ${without.join(', ')}.`;
}
