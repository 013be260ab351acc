import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runConfigSchema } from '@profit-sft/core';
import { builtinRegistry, listPlugins } from '@profit-sft/cli';
import { format, resolveConfig } from 'prettier';
import { configurationTable } from './configuration-table.js';
import { pluginTables } from './plugin-tables.js';

const docs = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'docs');

/** Puts each part between `<!-- generated: NAME -->` and `<!-- end: NAME -->` of a page that is otherwise written by hand. */
export function withGenerated(page: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const start = `<!-- generated: ${name} -->`;
    const end = `<!-- end: ${name} -->`;
    const from = text.indexOf(start);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`the page needs "${start}" and, behind it, "${end}"`);
    return `${text.slice(0, from + start.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, page);
}

function partsByPage(): Record<string, Record<string, string>> {
  const { masking, backends, datasets, evaluators, annotators, launchers } = listPlugins(builtinRegistry);
  return {
    'configuration.md': { configuration: configurationTable(runConfigSchema) },
    'plugins.md': {
      masking: pluginTables(masking),
      backends: pluginTables(backends),
      datasets: pluginTables(datasets),
      evaluators: pluginTables(evaluators),
      annotators: pluginTables(annotators),
      launchers: pluginTables(launchers),
    },
  };
}

export interface GeneratedPage {
  readonly path: string;
  /** What the file holds. */
  readonly present: string;
  /** What it should hold. */
  readonly wanted: string;
}

/** The pages of `docs/` with parts that are made from the schemas, formatted as `npm run format` would. */
export async function generatedPages(): Promise<GeneratedPage[]> {
  const pages = Object.entries(partsByPage()).map(async ([name, parts]): Promise<GeneratedPage> => {
    const path = join(docs, name);
    const present = await readFile(path, 'utf8');
    const options = await resolveConfig(path);
    return { path, present, wanted: await format(withGenerated(present, parts), { ...options, filepath: path }) };
  });
  return Promise.all(pages);
}
